namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What a completed experiment leaves.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunResult")]
public sealed record RunResult
{
    [Id(0)] public required string WeightsSha256 { get; init; }

    /// <summary>Of the training steps alone: without start, evaluation and checkpoints.</summary>
    [Id(1)] public required double SamplesPerSecond { get; init; }

    [Id(2)] public required string CheckpointPath { get; init; }

    /// <summary>By name: test_accuracy, test_loss, validation_accuracy, ..., intercept, slope.</summary>
    [Id(3)] public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    [Id(4)] public required double TrainingSeconds { get; init; }

    /// <summary>
    /// The steps that the weights have: fewer than were trained where the best are the result. Weights, checkpoint and the metrics of validation and test
    /// rows are of this state. 0: not known, as an older version wrote it.
    /// </summary>
    [Id(5)] public long Step { get; init; }
}
