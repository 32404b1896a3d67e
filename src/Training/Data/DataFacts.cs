using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>What is known of an experiment's data after reading it. Plain values, for System.Text.Json.</summary>
public sealed record DataFacts
{
    /// <summary>More than a message lists.</summary>
    public const int MaxAbsent = 10;

    /// <summary>Each file once, in the order of the spec: train, validation, test, weights.</summary>
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

    /// <summary>What the classes are called, as far as the spec says; empty where it does not.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The columns that are fed to the model, a category's as <c>column=text</c>; empty for images.</summary>
    public IReadOnlyList<string> FeatureNames { get; init; } = [];

    /// <summary>Places of those columns of a table that number categories.</summary>
    public IReadOnlyList<int> IndexColumns { get; init; } = [];

    /// <summary>The columns of the file that the features come from; empty where the spec names each.</summary>
    public IReadOnlyList<string> FeatureColumns { get; init; } = [];

    /// <summary>The targets' columns; empty for images.</summary>
    public IReadOnlyList<string> TargetNames { get; init; } = [];

    /// <summary>Numbers to predict for one row, where <see cref="TargetNames"/> does not say how many.</summary>
    public int? TargetCount { get; init; }

    /// <summary>Numbers to predict for one row; 1 for a class.</summary>
    public int TargetWidth => TargetCount ?? Math.Max(1, TargetNames.Count);

    /// <summary>The features of a row are integers: places in a vocabulary, bytes, or what a class of the user's own gives.</summary>
    public bool FeaturesAreIntegers { get; init; }

    /// <summary>The targets of a row are integers.</summary>
    public bool TargetsAreIntegers { get; init; }

    /// <summary>The characters of the training rows, in the order of the integers that stand for them; null: the rows are no text of characters.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>What the trial of the user's own classes found; null: the spec has none, or they were not tried yet.</summary>
    public UserCodeFacts? UserCode { get; init; }

    /// <summary>A sentence for each source and column whose cells have no value here and there: how many, and what became of them.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];

    /// <summary>The smallest and the largest target; null where it was not looked at.</summary>
    public TargetRange? Targets { get; init; }

    /// <summary>The file of weights that the model begins with; null: none.</summary>
    public WeightsFacts? Weights { get; init; }

    /// <summary>Of the training rows' features before any transform, by channel or column.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>As <see cref="Mean"/>; divided by n, not n - 1.</summary>
    public required IReadOnlyList<double> Std { get; init; }
}
