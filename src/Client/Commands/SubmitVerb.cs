using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Packaging;
using Sheaf.Client.Rendering;
using Sheaf.Client.Specs;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class SubmitVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var file = new Argument<string>("SPEC") { Description = "The spec, a YAML file" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Then follow it as `watch` does; Ctrl-C leaves it running" };
        var verb = new Verb("submit", "Hand an experiment to the server, which runs or queues it. Mistakes in the spec are reported before the server is "
            + "asked.",
            new Example("submit examples/fashion-mnist.yaml --follow", "submit and watch"),
            new Example("submit my.yaml --workers 4 --set optimizer.sgd.learning_rate=0.02", "with overrides"),
            new Example("submit my.yaml --output json", "prints {\"event\":\"submitted\",\"experiment\":ID,...}"));
        verb.Arguments.Add(file);
        verb.Options.Add(follow);
        verb.Options.Add(FollowOptions.TensorBoard);
        var options = new SpecOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var spec = SpecFile.Load(invocation.Parsed.GetRequiredValue(file), options.Overrides(invocation.Parsed));
            spec = await SpecPackages.BuildAsync(spec, host, invocation.Building, invocation.Interrupted);
            using var server = await invocation.ConnectAsync();
            var experiment = await SubmitAsync(server, spec, Submission.NewId(spec.Spec.Name), invocation.Interrupted);
            if (invocation.Parsed.GetValue(follow))
            {
                return await RemoteRun.FollowAsync(invocation, server, experiment.Id, experiment);
            }

            if (invocation.Json)
            {
                new JsonRunRenderer(host.Out).Submitted(experiment, server.Server);
            }
            else
            {
                host.Out.WriteLine(RunLines.Submitted(experiment, server.Server));
                host.Out.WriteLine($"  {invocation.Hint($"watch {experiment.Id}")}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    /// <summary>Submits; mistakes that only the server finds are reported with the file and its lines.</summary>
    public static async Task<Experiment> SubmitAsync(ServerConnection server, SpecFile spec, string id, CancellationToken cancellation)
    {
        await SpecPackages.UploadAsync(server, spec, cancellation);
        try
        {
            return await Submission.SubmitAsync(server, new SubmitRequest { ExperimentId = id, SpecYaml = spec.Yaml, BasePath = spec.BasePath }, cancellation);
        }
        catch (CliException failure) when (failure.Violations.Count > 0)
        {
            throw spec.Localize(failure);
        }
    }
}
