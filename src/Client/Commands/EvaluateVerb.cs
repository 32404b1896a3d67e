using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class EvaluateVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb(
            "evaluate",
            "Say what a checkpoint's model is worth on rows: accuracy, confusion matrix, precision, recall, F1 and ROC AUC by class, or errors of numbers.",
            new Example("evaluate fashion-mnist-lenet-3f2a9c", "on the test rows"),
            new Example("evaluate fashion-mnist-lenet-3f2a9c --rows validation --output json", "one JSON object"));
        verb.Arguments.Add(id);
        var options = new PredictOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var request = options.Request(invocation, invocation.Parsed.GetRequiredValue(id));
            request.ScoresOnly = true;
            using var server = await invocation.ConnectAsync();
            var (header, scores) = (new PredictHeader(), new PredictScores());
            await foreach (var message in server.StreamAsync(
                $"evaluate {request.ExperimentId}", options => server.Experiments.Predict(request, options), invocation.Interrupted))
            {
                (header, scores) = (message.Header ?? header, message.Scores ?? scores);
            }

            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ScoresOutput.WriteJson(json, header, scores));
            }
            else
            {
                ScoresOutput.WriteText(host.Out, header, scores, invocation.Ink);
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
