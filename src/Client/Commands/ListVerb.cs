using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class ListVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var states = new Option<State[]>("--state")
        {
            Description = "Only experiments in this state; repeatable",
            HelpName = "STATE",
            DefaultValueFactory = _ => [],
        };
        Choices.Restrict(states, [.. Enum.GetValues<State>().Where(state => state != State.Unspecified).Select(state => state.Name())]);
        var verb = new Verb("list", "List the server's experiments, the newest first.",
            new Example("list", "all of them"),
            new Example("list --state running --state queued", "those that have work to do"),
            new Example("list --output json", "one JSON object a line"));
        verb.Options.Add(states);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new ListRequest { States = { invocation.Parsed.GetValue(states)! } };
            var response = await server.CallAsync("list the experiments", options => server.Experiments.ListAsync(request, options), invocation.Interrupted);
            Write(invocation, [.. response.Experiments.OrderByDescending(e => e.Submitted?.ToDateTimeOffset())]);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Write(Invocation invocation, IReadOnlyList<ExperimentSummary> experiments)
    {
        if (invocation.Json)
        {
            foreach (var experiment in experiments)
            {
                JsonLine.Write(invocation.Host.Out, json => ExperimentJson.WriteSummary(json, experiment));
            }

            return;
        }

        if (experiments.Count == 0)
        {
            invocation.Host.Out.WriteLine($"No experiments. Submit one: {invocation.Hint("submit SPEC --follow")}");
            return;
        }

        var table = new TextTable("id", "state", "step", "of", "workers", "submitted", "took");
        foreach (var e in experiments)
        {
            var took = (e.Submitted, e.Ended) is ({ } from, { } to) ? Format.Duration(to.ToDateTimeOffset() - from.ToDateTimeOffset()) : "-";
            table.Add(
                e.Id,
                e.State.Name(),
                Format.Count(e.Step),
                Format.Count(e.TotalSteps),
                e.Workers.ToString(),
                Format.Time(e.Submitted, invocation.Host.Time.LocalTimeZone),
                took);
        }

        table.Write(invocation.Host.Out, invocation.Ink);
        foreach (var trouble in experiments.SelectMany(e => e.Troubles.Select(text => (e.Id, Text: text)))
            .GroupBy(trouble => trouble.Text, trouble => trouble.Id))
        {
            invocation.Host.Out.WriteLine(invocation.Ink.Bad($"trouble of {string.Join(", ", trouble)}: {trouble.Key}"));
        }
    }
}
