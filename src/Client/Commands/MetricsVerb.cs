using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Epochs;
using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class MetricsVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var by = new Option<string>("--by")
        {
            Description = "A line for each step, or for each epoch with what was evaluated in it", HelpName = "step|epoch", DefaultValueFactory = _ => "step",
        };
        Choices.Restrict(by, "step", "epoch");
        var csv = new Option<bool>("--csv") { Description = "Every committed step (or epoch) as comma-separated values with a heading line" };
        var verb = new Verb("metrics", "Print the metrics of an experiment's steps or epochs: at most 40 of them, evenly spaced, unless --csv or --output json "
            + "ask for all.",
            new Example("metrics fashion-mnist-lenet-3f2a9c", "a short table"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --by epoch", "training and validation, epoch after epoch"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --csv > metrics.csv", "every step, for a spreadsheet or pandas"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --output json", "every step, one JSON object a line"));
        verb.Arguments.Add(id);
        verb.Options.Add(by);
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
            var asCsv = invocation.Parsed.GetValue(csv);
            await (invocation.Parsed.GetValue(by) == "epoch"
                ? WriteEpochs(invocation, experiment, steps, asCsv)
                : WriteSteps(invocation, experiment, steps, asCsv));
            host.Out.Flush();
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Task WriteSteps(Invocation invocation, Experiment experiment, IAsyncEnumerable<StepMetrics> steps, bool csv)
    {
        var output = invocation.Host.Out;
        return csv ? StepMetricsOutput.WriteCsvAsync(output, steps, experiment.MetricNames)
            : invocation.Json ? StepMetricsOutput.WriteJsonAsync(output, steps, experiment.MetricNames)
            : StepMetricsOutput.WriteTableAsync(output, steps, experiment.MetricNames, invocation.Ink);
    }

    private static async Task WriteEpochs(Invocation invocation, Experiment experiment, IAsyncEnumerable<StepMetrics> steps, bool csv)
    {
        var table = new EpochTable(experiment.StepsPerEpoch, experiment.Evaluations);
        await foreach (var step in steps)
        {
            table.Add(step);
        }

        var (output, epochs) = (invocation.Host.Out, table.Rows);
        if (csv)
        {
            EpochMetricsOutput.WriteCsv(output, epochs, experiment.MetricNames);
        }
        else if (invocation.Json)
        {
            EpochMetricsOutput.WriteJson(output, epochs, experiment.MetricNames);
        }
        else
        {
            EpochMetricsOutput.WriteTable(output, epochs, experiment.MetricNames, invocation.Ink);
        }
    }

    private static IAsyncEnumerable<StepMetrics> Steps(ServerConnection server, string id, CancellationToken cancellation) =>
        server.StreamAsync($"read the metrics of {id}", options => server.Experiments.Metrics(new MetricsRequest { ExperimentId = id }, options), cancellation);
}
