using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class PredictVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var without = new Option<bool>("--without-targets") { Description = "The file has no columns of targets" };
        var to = new Option<string>("--to") { Description = "The CSV file to write. Default: standard output", HelpName = "FILE" };
        var verb = new Verb("predict", "Let a checkpoint's model predict rows: targets, predictions, probabilities, with the names of classes, as CSV.",
            new Example("predict fashion-mnist-lenet-3f2a9c --to predictions.csv", "the test rows"),
            new Example("predict auto-mpg-3f2a9c --rows new-cars.csv --without-targets", "rows of another table, prepared by what the training rows taught"),
            new Example("predict fashion-mnist-lenet-3f2a9c --rows validation --output json", "one JSON object a row"));
        verb.Arguments.Add(id);
        var options = new PredictOptions(verb);
        verb.Options.Add(without);
        verb.Options.Add(to);
        verb.Handle(host, async invocation =>
        {
            var request = options.Request(invocation, invocation.Parsed.GetRequiredValue(id));
            request.WithoutTargets = invocation.Parsed.GetValue(without);
            using var server = await invocation.ConnectAsync();
            var messages = server.StreamAsync(
                $"predict rows with {request.ExperimentId}", options => server.Experiments.Predict(request, options), invocation.Interrupted);
            if (invocation.Parsed.GetValue(to) is { } file)
            {
                await ToFile(host, messages, Path.GetFullPath(file), invocation);
            }
            else
            {
                await PredictionOutput.WriteAsync(host.Out, messages, invocation.Json);
            }

            host.Out.Flush();
            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task ToFile(ClientHost host, IAsyncEnumerable<PredictMessage> messages, string path, Invocation invocation)
    {
        try
        {
            using var file = OutputFile.Create(path);
            long written;
            await using (var output = new StreamWriter(file.Content, leaveOpen: true))
            {
                written = await PredictionOutput.WriteAsync(output, messages, json: false);
            }

            file.Complete();
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteString("file", path);
                    json.WriteNumber("rows", written);
                });
            }
            else
            {
                host.Out.WriteLine($"{path}  {Format.Count(written)} rows");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.RunFailed, $"the predictions cannot be written to {path}", failure.Message, "choose another file with --to FILE", failure);
        }
    }
}
