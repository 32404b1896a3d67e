namespace Sheaf.Specs.Summaries;

/// <summary>The rows of a spec, read and summed up before anything is trained. Plain values, for System.Text.Json.</summary>
public sealed record DataDescription
{
    /// <summary>What statistics and pictures are of: train, validation or test.</summary>
    public required string Rows { get; init; }

    /// <summary>How many rows each of train, validation and test has; null where the spec has none.</summary>
    public required int Train { get; init; }

    public int? Validation { get; init; }

    public int? Test { get; init; }

    /// <summary>Of one row: [channels, height, width], or [columns].</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Columns or channels before the transforms of values, after those of whole images.</summary>
    public required IReadOnlyList<ColumnStatistics> Features { get; init; }

    /// <summary>Empty where targets are classes.</summary>
    public required IReadOnlyList<ColumnStatistics> Targets { get; init; }

    /// <summary>Empty where targets are numbers.</summary>
    public required IReadOnlyList<ClassBalance> Classes { get; init; }

    /// <summary>A sentence for each source and column whose cells have no value here and there: how many, and what became of them.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>In the order of the spec.</summary>
    public required IReadOnlyList<TransformEffect> Transforms { get; init; }

    /// <summary>The first rows, where rows are images.</summary>
    public IReadOnlyList<RowPicture> Pictures { get; init; } = [];

    public required IReadOnlyList<DescribedFile> Files { get; init; }
}
