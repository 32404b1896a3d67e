using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class DescribeVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb("describe", "Show all that the server knows of one experiment: state and why, what it would survive now, workers and their shards, "
            + "generations, evaluations, checkpoints, events.",
            new Example("describe fashion-mnist-lenet-3f2a9c", "for a person"),
            new Example("describe fashion-mnist-lenet-3f2a9c --output json", "one JSON object"));
        verb.Arguments.Add(id);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new DescribeRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            var experiment = await server.CallAsync(
                $"describe {request.ExperimentId}", options => server.Experiments.DescribeAsync(request, options), invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ExperimentJson.WriteExperiment(json, experiment));
            }
            else
            {
                ExperimentText.Write(host.Out, experiment, host.Time, invocation.Ink);
                WriteNext(invocation, experiment);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static void WriteNext(Invocation invocation, Experiment experiment)
    {
        string[] next = experiment.State switch
        {
            State.Paused => [$"resume {experiment.Id}"],
            State.Completed => [$"metrics {experiment.Id} --csv", $"checkpoint download {experiment.Id} --to DIR"],
            State.Failed => [$"logs {experiment.Id}"],
            State.Cancelled => [],
            _ => [$"why {experiment.Id}", $"watch {experiment.Id}", $"pause {experiment.Id}", $"cancel {experiment.Id}"],
        };
        if (next.Length > 0)
        {
            invocation.Host.Out.WriteLine();
            invocation.Host.Out.WriteLine(invocation.Ink.Strong("next"));
            foreach (var command in next)
            {
                invocation.Host.Out.WriteLine($"  {invocation.Hint(command)}");
            }
        }
    }
}
