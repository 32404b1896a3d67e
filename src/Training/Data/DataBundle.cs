namespace Sheaf.Training.Data;

/// <summary>The rows of an experiment in memory. Immutable, and so shared by all workers of a process.</summary>
public sealed record DataBundle
{
    public required RowSet Train { get; init; }

    /// <summary>Null where the spec has none.</summary>
    public RowSet? Validation { get; init; }

    /// <summary>Null where the spec has none.</summary>
    public RowSet? Test { get; init; }

    /// <summary>What the model begins with, by the file's names; null: the spec names no file of weights.</summary>
    public IReadOnlyList<InitialTensor>? Weights { get; init; }

    public required DataFacts Facts { get; init; }
}
