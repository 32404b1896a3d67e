using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class LogsVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var worker = new Option<int?>("--worker") { Description = "Only the lines of this worker", HelpName = "N" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for more until the run ends or Ctrl-C" };
        var verb = new Verb("logs", "Print an experiment's log, by worker. Logs are kept after the run's end and after a crash.",
            new Example("logs fashion-mnist-lenet-3f2a9c", "the coordinator and all workers"),
            new Example("logs fashion-mnist-lenet-3f2a9c --worker 1 --follow", "one worker, as it happens"));
        verb.Arguments.Add(id);
        verb.Options.Add(worker);
        verb.Options.Add(follow);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new LogsRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id), Follow = invocation.Parsed.GetValue(follow) };
            if (invocation.Parsed.GetValue(worker) is { } number)
            {
                request.Worker = number;
            }

            await foreach (var line in server.StreamAsync($"read the log of {request.ExperimentId}", options => server.Experiments.Logs(request, options),
                invocation.Interrupted))
            {
                Write(invocation, line);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Write(Invocation invocation, LogLine line)
    {
        if (invocation.Json)
        {
            JsonLine.Write(invocation.Host.Out, json =>
            {
                json.WriteString("time", Format.Iso(line.Time));
                json.WriteString("source", line.Source);
                json.WriteString("level", line.Level);
                json.WriteString("message", line.Message);
            });
            return;
        }

        var text = $"{Format.Time(line.Time, invocation.Host.Time.LocalTimeZone)}  {line.Source,-11}  {line.Level,-7}  {line.Message}";
        invocation.Host.Out.WriteLine(line.Level is "error" or "critical" or "Error" or "Critical" ? invocation.Ink.Bad(text) : text);
        invocation.Host.Out.Flush();
    }
}
