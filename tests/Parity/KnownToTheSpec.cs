using System.Text.RegularExpressions;
using Sheaf.Specs;

namespace Sheaf.Tests.Parity;

/// <summary>What a spec may say, read from its reference, which is made from the table that the parser reads with.</summary>
internal static partial class KnownToTheSpec
{
    /// <summary>The names under a key, such as the optimizers, each with its options.</summary>
    public static ILookup<string, string> Under(string key) =>
        Row().Matches(SpecReference.ToMarkdown()).Select(row => row.Groups["key"].Value.Replace(".N", "", StringComparison.Ordinal))
            .Where(row => row.StartsWith(key + ".",
                StringComparison.Ordinal)).Select(row => row[(key.Length + 1)..].Split('.')).Where(parts => parts.Length <= 2)
            .ToLookup(parts => parts[0], parts => parts.Length == 2 ? parts[1] : "");

    /// <summary>Fails where a name, or an option of it, stands in no case. What a user's own class computes has no formula to compare with.</summary>
    /// <param name="cases">As they stand in a spec: <c>relu</c>, or <c>{ sgd: { learning_rate: 0.1 } }</c>.</param>
    public static void AssertAllIn(string key, IEnumerable<string> cases)
    {
        var known = Under(key);
        Assert.NotEmpty(known);
        var written = cases.Select(text => Word().Matches(text).Select(word => word.Value).ToHashSet()).ToList();
        var missing = from name in known
                      where name.Key != "class"
                      from option in name
                      where !written.Exists(words => words.Contains(name.Key) && (option.Length == 0 || words.Contains(option)))
                      select $"{key}.{name.Key}{(option.Length == 0 ? "" : ".")}{option}";
        Assert.True(!missing.Any(), $"Nothing compares these with PyTorch: {string.Join(", ", missing)}. Add a case to the table of this test.");
    }

    /// <summary>A spec of a linear model, with other sections where they are given.</summary>
    public static ExperimentSpec Spec(
        string loss = "mean_squared_error", string optimizer = "{ sgd: { learning_rate: 0.1 } }", string schedule = "constant", bool validation = false,
        string initialisation = "default")
    {
        var result = SpecParser.Parse(
            $$"""
            name: parity
            data:
              train: { format: csv, path: rows.csv, features: [a, b], target: y }{{(validation ? "\n  validation: { fraction: 0.5 }" : "")}}
            model: { layers: [ { linear: {{(loss.Contains("cross_entropy", StringComparison.Ordinal) ? 2 : 1)}} } ] }
            loss: {{loss}}
            optimizer: {{optimizer}}
            schedule: {{schedule}}
            initialisation: {{initialisation}}
            batch_size: 8
            epochs: 4
            """,
            "/data");
        return result.Spec ?? throw new InvalidOperationException(string.Join("\n", result.Violations));
    }

    [GeneratedRegex(@"^\| `(?<key>[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
