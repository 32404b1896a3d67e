using System.CommandLine;
using Grpc.Core;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>cancel, pause, resume: one call each, which may be repeated.</summary>
internal static class SteeringVerbs
{
    public static Verb Cancel(ClientHost host) => Create(
        host, "cancel", "End an experiment for good. Its checkpoints, metrics and logs are kept.",
        (server, id, options) => server.Experiments.CancelAsync(new CancelRequest { ExperimentId = id }, options), _ => []);

    public static Verb Pause(ClientHost host) => Create(
        host, "pause", "Write a checkpoint, stop training and give the devices back, until `resume`.",
        (server, id, options) => server.Experiments.PauseAsync(new PauseRequest { ExperimentId = id }, options), id => [$"resume {id}", $"watch {id}"]);

    public static Verb Resume(ClientHost host)
    {
        var anew = new Option<bool>("--from-scratch") { Description = "Give up its checkpoints and what silos have in memory, and begin again at step 0" };
        var verb = Create(
            host, "resume", "Go on with a paused experiment from its last checkpoint.",
            (server, parsed, id, options) => server.Experiments.ResumeAsync(
                new ResumeRequest { ExperimentId = id, FromScratch = parsed.GetValue(anew) }, options),
            id => [$"watch {id}"],
            new Example("resume fashion-mnist-lenet-3f2a9c --from-scratch", "begin anew, where its checkpoints are lost for good"));
        verb.Options.Add(anew);
        return verb;
    }

    private static Verb Create(
        ClientHost host, string name, string description, Func<ServerConnection, string, CallOptions, AsyncUnaryCall<Experiment>> call,
        Func<string, string[]> next) =>
        Create(host, name, description, (server, _, id, options) => call(server, id, options), next);

    private static Verb Create(
        ClientHost host,
        string name,
        string description,
        Func<ServerConnection, ParseResult, string, CallOptions, AsyncUnaryCall<Experiment>> call,
        Func<string, string[]> next,
        params Example[] more)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb(name, description,
        [
            new Example($"{name} fashion-mnist-lenet-3f2a9c", $"{name} one experiment"),
            .. more,
            new Example($"{name} fashion-mnist-lenet-3f2a9c --output json", "the experiment as one JSON object"),
        ]);
        verb.Arguments.Add(id);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var experimentId = invocation.Parsed.GetRequiredValue(id);
            var experiment = await server.CallAsync(
                $"{name} {experimentId}", options => call(server, invocation.Parsed, experimentId, options), invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ExperimentJson.WriteExperiment(json, experiment));
                return ExitCode.Ok;
            }

            host.Out.WriteLine($"{experiment.Id}: {name} accepted at step {Format.Count(experiment.Step)} of {Format.Count(experiment.TotalSteps)}; it "
                + $"is {experiment.State.Name()}");
            foreach (var command in next(experimentId))
            {
                host.Out.WriteLine($"  {invocation.Hint(command)}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
