namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The result of one evaluation over a whole row set.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.EvaluationRecord")]
public sealed record EvaluationRecord
{
    /// <summary>The model as it was before this step.</summary>
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required RowSetKind Rows { get; init; }

    [Id(2)] public required long Samples { get; init; }

    [Id(3)] public required double Loss { get; init; }

    /// <summary>In the order of the spec's metrics.</summary>
    [Id(4)] public required IReadOnlyList<double> Metrics { get; init; }

    /// <summary>Correct and all samples of each class, where the loss has classes; else empty.</summary>
    [Id(5)] public IReadOnlyList<ClassCount> Classes { get; init; } = [];
}
