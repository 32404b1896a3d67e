using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class MetricsVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var csv = new Option<bool>("--csv") { Description = "Every committed step as comma-separated values with a heading line" };
        var verb = new Verb("metrics", "Print the metrics of an experiment's steps: at most 40 of them, evenly spaced, unless --csv or --output json ask for all.",
            new Example("metrics fashion-mnist-lenet-3f2a9c", "a short table"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --csv > metrics.csv", "every step, for a spreadsheet or pandas"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --output json", "every step, one JSON object a line"));
        verb.Arguments.Add(id);
        verb.Options.Add(csv);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var name = invocation.Parsed.GetRequiredValue(id);
            var experiment = await server.CallAsync(
                $"read the metrics of {name}",
                options => server.Experiments.DescribeAsync(new DescribeRequest { ExperimentId = name }, options),
                invocation.Interrupted);
            var steps = Steps(server, name, invocation.Interrupted);
            if (invocation.Parsed.GetValue(csv))
            {
                await StepMetricsOutput.WriteCsvAsync(host.Out, steps, experiment.MetricNames);
            }
            else if (invocation.Json)
            {
                await StepMetricsOutput.WriteJsonAsync(host.Out, steps, experiment.MetricNames);
            }
            else
            {
                await StepMetricsOutput.WriteTableAsync(host.Out, steps, experiment.MetricNames, invocation.Ink);
            }

            host.Out.Flush();
            return ExitCode.Ok;
        });
        return verb;
    }

    private static IAsyncEnumerable<StepMetrics> Steps(ServerConnection server, string id, CancellationToken cancellation) =>
        server.StreamAsync($"read the metrics of {id}", options => server.Experiments.Metrics(new MetricsRequest { ExperimentId = id }, options), cancellation);
}
