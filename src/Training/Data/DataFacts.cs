namespace Sheaf.Training.Data;

/// <summary>What is known of an experiment's data after reading it. Plain values, for System.Text.Json.</summary>
public sealed record DataFacts
{
    /// <summary>More than a message lists.</summary>
    public const int MaxAbsent = 10;

    /// <summary>Each file once, in the order of the spec: train, validation, test.</summary>
    public required IReadOnlyList<DataFile> Files { get; init; }

    /// <summary>After the validation rows were taken away.</summary>
    public required int TrainCount { get; init; }

    public int? ValidationCount { get; init; }

    public int? TestCount { get; init; }

    /// <summary>Of one row's features: [channels, height, width], or [columns].</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Number of classes 0..n-1; null where the target cannot be a class (<see cref="NotClasses"/> says why).</summary>
    public int? Classes { get; init; }

    /// <summary>The first target value that is no class, with its place; null where all are classes.</summary>
    public string? NotClasses { get; init; }

    /// <summary>Where the largest class stands; null where there are no classes.</summary>
    public ClassPlace? LargestClass { get; init; }

    /// <summary>The first <see cref="MaxAbsent"/> of the classes below the largest that no row has.</summary>
    public IReadOnlyList<int> AbsentClasses { get; init; } = [];

    /// <summary>The columns of a table; empty for images.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];

    /// <summary>The target's column; null for images.</summary>
    public string? TargetName { get; init; }

    /// <summary>The smallest and the largest target; null where it was not looked at.</summary>
    public TargetRange? Targets { get; init; }

    /// <summary>Of the training rows' features as they are in the file (before any transform), by channel or column.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>As <see cref="Mean"/>; divided by n, not n - 1.</summary>
    public required IReadOnlyList<double> Std { get; init; }
}
