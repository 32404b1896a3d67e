using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class ScaleVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var workers = new Option<int>("--workers") { Description = "How many it should have, from 1 to its shards", HelpName = "N", Required = true };
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            {
                result.AddError($"--workers is {number}; it takes 1 or more");
            }
        });
        var verb = new Verb("scale",
            "Change the number of workers while the experiment runs: it gets there at its next until, as far as there are devices. The bits stay the same.",
            new Example("scale fashion-mnist-lenet-3f2a9c --workers 4", "up to four workers"),
            new Example("scale fashion-mnist-lenet-3f2a9c --workers 1 --output json", "down to one; the experiment as one JSON object"));
        verb.Arguments.Add(id);
        verb.Options.Add(workers);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new ScaleRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id), Workers = invocation.Parsed.GetRequiredValue(workers) };
            var experiment = await server.CallAsync(
                $"scale {request.ExperimentId}", options => server.Experiments.ScaleAsync(request, options), invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ExperimentJson.WriteExperiment(json, experiment));
                return ExitCode.Ok;
            }

            host.Out.WriteLine($"{experiment.Id}: {Format.Count(request.Workers, "worker")} wanted, {Format.Count(experiment.Workers.Count, "worker")} now; it "
                + $"is {experiment.State.Name()}");
            host.Out.WriteLine($"  {invocation.Hint($"watch {experiment.Id}")}");
            return ExitCode.Ok;
        });
        return verb;
    }
}
