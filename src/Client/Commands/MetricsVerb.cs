using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Epochs;
using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.Client.TensorBoard;
using Sheaf.Client.Terminal;
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
        var board = new Option<string?>("--tensorboard")
        {
            Description = "In place of printing, write event files for TensorBoard to DIR/ID; what is there already is gone on with", HelpName = "DIR",
        };
        var verb = new Verb("metrics", "Print the metrics of an experiment's steps or epochs: at most 40 of them, evenly spaced, unless --csv or --output json "
            + "ask for all.",
            new Example("metrics fashion-mnist-lenet-3f2a9c", "a short table"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --by epoch", "training and validation, epoch after epoch"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --csv > metrics.csv", "every step, for a spreadsheet or pandas"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --tensorboard runs", "then: tensorboard --logdir runs"),
            new Example("metrics fashion-mnist-lenet-3f2a9c --output json", "every step, one JSON object a line"));
        verb.Arguments.Add(id);
        verb.Options.Add(by);
        verb.Options.Add(csv);
        verb.Options.Add(board);
        verb.Handle(host, async invocation =>
        {
            if (invocation.Parsed.GetValue(board) is not null && (invocation.Parsed.GetValue(csv) || invocation.Parsed.GetResult(by) is { Implicit: false }))
            {
                throw new CliException(
                    ExitCode.BadUsage, "--tensorboard is in place of printing, and --by and --csv say what to print", null,
                    "call it twice, or leave one of them out");
            }

            using var server = await invocation.ConnectAsync();
            var name = invocation.Parsed.GetRequiredValue(id);
            if (invocation.Parsed.GetValue(board) is { } folder)
            {
                return await WriteBoard(invocation, server, name, Path.GetFullPath(folder));
            }

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

    private static async Task<int> WriteBoard(Invocation invocation, ServerConnection server, string id, string folder)
    {
        try
        {
            var (root, steps) = await new BoardFeed(server, id, folder, invocation.Host.Time, _ => { }).WriteAsync(invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(invocation.Host.Out, json =>
                {
                    json.WriteString("folder", root);
                    json.WriteNumber("steps", steps);
                });
            }
            else
            {
                invocation.Host.Out.WriteLine($"{root}  {Format.Count(steps)} steps more. Look at it: tensorboard --logdir {Hosting.ShellWord.Quote(folder)}");
            }

            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.RunFailed, $"the event files cannot be written to {folder}", failure.Message, "choose another folder with --tensorboard DIR", failure);
        }
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
