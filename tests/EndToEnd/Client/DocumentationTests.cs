using System.Text.RegularExpressions;
using Sheaf.Client.Commands;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>docs/ and README against the client: every command line in them is a good one, and docs/cli.md names the keys that are printed.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> CommandLines() =>
        [.. Documents().SelectMany(File.ReadAllLines)
            .Select(line => CommandLine().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups[1].Value.Split('#')[0].Split('>')[0].Trim())
            .Where(line => line.Split(' ')[0] is not ("silo" or "gateway" or "test" or "bench" or "build" or "")).Distinct()];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void CommandInTheDocumentation_IsUnderstood(string line)
    {
        using var client = new TestClient();

        var parsed = CommandTree.Build(client.Host()).Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Empty(parsed.Errors);
    }

    [Fact]
    public async Task EventsOfARun_HaveTheKeysThatTheDocumentationNames()
    {
        await using var server = await FakeServer.StartAsync();
        using var client = new TestClient().With(server);
        var completed = Answers.Experiment("tiny-1", State.Completed, step: 10);
        completed.Evaluations.Add(
            new Evaluation { Step = 10, Rows = Rows.Test, Samples = 4, Loss = 1, Classes = { new ClassCount { Correct = 1, Samples = 4 } } });
        server.Experiments.OnWatch = _ => Answers.Stream(
            Answers.Update(
                0,
                Answers.Experiment("tiny-1", State.Running)), Answers.Progress(1, 3), new Update { Sequence = 2, Event = new Event { Message = "hello" } },
                    Answers.Update(3, completed));

        await client.RunAsync("watch", "tiny-1", "--output", "json");

        var documented = (await File.ReadAllLinesAsync(Path.Combine(Root(), "docs", "cli.md"), TestContext.Current.CancellationToken))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .ToDictionary(match => match.Groups[1].Value, match => Quoted().Matches(match.Groups[2].Value).Select(key => key.Groups[1].Value).ToHashSet());
        Assert.Equal(
            ["checkpoint", "completed", "evaluation", "note", "progress", "state"],
            client.JsonLines.Select(line => line.GetProperty("event").GetString()).Distinct().Order());
        foreach (var line in client.JsonLines)
        {
            var name = line.GetProperty("event").GetString()!;
            var printed = line.EnumerateObject().Select(property => property.Name).Where(key => key != "event").ToList();
            Assert.Subset(documented[name], printed.ToHashSet());
            // These two are only there where they say something.
            Assert.Empty(documented[name].Except(printed).Except(name == "completed" ? ["reason"] : ["classes"]));
        }
    }

    private static IEnumerable<string> Documents() => Directory.GetFiles(Path.Combine(Root(), "docs"), "*.md").Append(Path.Combine(Root(), "README.md"));

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No folder above the tests holds Cluster.sln.");
    }

    [GeneratedRegex(@"^\$ \./sheaf (.*)$")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^\| `(\w+)` \| (.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Quoted();
}
