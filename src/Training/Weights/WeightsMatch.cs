using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Models;

namespace Sheaf.Training.Weights;

/// <summary>What of a file of weights goes where in a model. Pure.</summary>
public sealed record WeightsMatch
{
    private const int MostNames = 8;
    private const string Counter = "num_batches_tracked";

    /// <summary>Names in the model, and in the file.</summary>
    public required IReadOnlyList<(string InModel, string InFile)> Taken { get; init; }

    /// <summary>Parameters and buffers of the model that are drawn anew, though nothing excepts them.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Those that <c>except</c> names.</summary>
    public required IReadOnlyList<string> Excepted { get; init; }

    /// <summary>Arrays of the file that the model has no use for.</summary>
    public required IReadOnlyList<string> Left { get; init; }

    /// <summary>A sentence for each thing that cannot be.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Everything that is wrong with the spec's weights for its model; empty where it has none.</summary>
    public static IReadOnlyList<string> Check(ExperimentSpec spec, DataFacts facts) =>
        spec is { Weights: { } weights } && facts.Weights is { } file
            ? Of(weights, ModelShapes.Plan(spec, facts), file).Problems
            : [];

    public static WeightsMatch Of(WeightsSpec spec, ModelPlan plan, WeightsFacts file)
    {
        var problems = new List<string>();
        var wanted = plan.State.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape.Select(size => (long)size).ToArray());
        foreach (var buffer in plan.Buffers.Where(buffer => buffer.Name.EndsWith(".running_mean", StringComparison.Ordinal)))
        {
            wanted[buffer.Name.Replace("running_mean", Counter, StringComparison.Ordinal)] = [];
        }

        var excepted = wanted.Keys.Where(name => NamePattern.MatchesAny(spec.Except, name)).ToHashSet();
        var (taken, left) = (new Dictionary<string, string>(), new List<string>());
        foreach (var entry in file.Entries)
        {
            var name = spec.NameInModel(entry.Name);
            if (!wanted.TryGetValue(name, out var shape) || excepted.Contains(name))
            {
                left.Add(entry.Name);
            }
            else if (!taken.TryAdd(name, entry.Name))
            {
                problems.Add($"weights: '{taken[name]}' and '{entry.Name}' of the file are both '{name}' in the model; change rename.");
            }
            else if (Misfit(entry, name, shape) is { } misfit)
            {
                problems.Add($"weights: '{entry.Name}' {misfit}, and '{name}' of the model {Text("float32", shape)}; "
                    + $"change the layer, or leave it out with except: [\"{name}\"].");
            }
        }

        problems.AddRange(spec.Except.Where(pattern => !wanted.Keys.Any(name => NamePattern.Matches(pattern, name)))
            .Select(pattern => $"weights: except \"{pattern}\" matches nothing of the model, which has {Names(wanted.Keys)}."));
        problems.AddRange(spec.Rename.Keys.Where(part => !file.Entries.Any(entry => WeightsSpec.BeginsWith(entry.Name, part)))
            .Select(part => $"weights: rename \"{part}\" is the beginning of no name in '{file.Path}', "
                + $"which has {Names(file.Entries.Select(entry => entry.Name))}."));
        if (taken.Count == 0)
        {
            problems.Add($"weights: no name in '{file.Path}' is one of the model's. The file has {Names(file.Entries.Select(entry => entry.Name))}; "
                + $"the model has {Names(wanted.Keys)}. Write rename: what the file calls a part, and what the model does.");
        }

        return new()
        {
            Taken = [.. wanted.Keys.Where(taken.ContainsKey).Select(name => (name, taken[name]))],
            Missing = [.. wanted.Keys.Where(name => !taken.ContainsKey(name) && !excepted.Contains(name) && !name.EndsWith(Counter, StringComparison.Ordinal))],
            Excepted = [.. wanted.Keys.Where(name => excepted.Contains(name) && !name.EndsWith(Counter, StringComparison.Ordinal))],
            Left = left,
            Problems = problems,
        };
    }

    /// <summary>For a person: what the experiment begins with, and what stays as it is; empty: all is drawn and trained.</summary>
    public static string Describe(ExperimentSpec spec, DataFacts facts, ModelPlan plan)
    {
        var parts = new List<string>();
        if (spec.Weights is { } weights && facts.Weights is { } file)
        {
            var match = Of(weights, plan, file);
            var hash = facts.Files.FirstOrDefault(each => each.Path == file.Path)?.Sha256 ?? "";
            parts.Add($"weights of {file.Path} (SHA-256 {hash[..Math.Min(12, hash.Length)]}): {match.Taken.Count} of {file.Entries.Count} arrays taken"
                + Part("drawn anew as the file lacks them", match.Missing) + Part("drawn anew by except", match.Excepted)
                + Part("left in the file", match.Left));
        }

        if (plan.Frozen.Count > 0)
        {
            var frozen = plan.Frozen.Sum(tensor => tensor.Count);
            parts.Add($"frozen: {plan.Frozen.Count} of {plan.Frozen.Count + plan.Parameters.Count} parameters, {frozen:N0} of "
                + $"{frozen + plan.Parameters.Sum(tensor => tensor.Count):N0} weights ({Names(plan.Frozen.Select(tensor => tensor.Name))})");
        }

        return string.Join("; ", parts);
    }

    private static string Part(string what, IReadOnlyList<string> names) => names.Count == 0 ? "" : $"; {what}: {Names(names)}";

    private static string? Misfit(WeightEntry entry, string name, long[] shape)
    {
        var isCounter = name.EndsWith(Counter, StringComparison.Ordinal);
        var type = isCounter ? entry.Type == "int64" : entry.Type is "float32" or "float64" or "float16" or "bfloat16";
        return type && (entry.Shape.SequenceEqual(shape) || (isCounter && entry.Shape is [1])) ? null : $"is {Text(entry.Type, entry.Shape)}";
    }

    private static string Text(string type, IEnumerable<long> shape) => $"{type} [{string.Join(", ", shape)}]";

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Length == 0 ? "none" : $"{string.Join(", ", all.Take(MostNames))}{(all.Length > MostNames ? $" and {all.Length - MostNames} more" : "")}";
    }
}
