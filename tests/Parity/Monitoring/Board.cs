using System.Text.Json.Nodes;
using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>A board of deploy/grafana/boards.</summary>
internal sealed record Board(string File, JsonNode Json)
{
    public static string Folder => Path.Combine(Checkout.Root, "deploy/grafana/boards");

    public static IReadOnlyList<Board> All { get; } =
        [.. Directory.GetFiles(Folder,
            "*.json").Order(StringComparer.Ordinal).Select(path => new Board(Path.GetFileName(path), JsonNode.Parse(System.IO.File.ReadAllText(path))!))];

    public IEnumerable<JsonNode> Panels => Json["panels"]!.AsArray().Select(panel => panel!);

    public IEnumerable<JsonNode> Variables => Json["templating"]!["list"]!.AsArray().Select(variable => variable!);

    /// <summary>What its panels and annotations ask, in PromQL, with the title of who asks; variables stand for everything.</summary>
    public IEnumerable<(string Title, string Query)> Queries => Panels
        .SelectMany(panel => (panel["targets"]?.AsArray() ?? []).Select(target => ($"{File}, {panel["title"]}", (string)target!["expr"]!)))
        .Concat(Json["annotations"]!["list"]!.AsArray().Select(annotation => ($"{File}, annotation {annotation!["name"]}",
            (string)annotation["target"]!["expr"]!)))
        .Select(asked => (asked.Item1, Variables.Aggregate(asked.Item2.Replace("$__rate_interval", "1m", StringComparison.Ordinal), Filled)));

    private static string Filled(string query, JsonNode variable) => query.Replace($"${variable["name"]}", ".*", StringComparison.Ordinal);
}
