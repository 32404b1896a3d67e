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
}
