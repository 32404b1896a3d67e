namespace Sheaf.Records;

/// <summary>The result of one evaluation over a whole row set.</summary>
public sealed record EvaluationRecord
{
    /// <summary>The model as it was before this step.</summary>
    public required long Step { get; init; }

    public required RowSetKind Rows { get; init; }

    public required long Samples { get; init; }

    public required double Loss { get; init; }

    /// <summary>In the order of the spec's metrics.</summary>
    public required IReadOnlyList<double> Metrics { get; init; }

    /// <summary>Correct and all samples of each class, where the loss has classes; else empty.</summary>
    public IReadOnlyList<ClassCount> Classes { get; init; } = [];
}
