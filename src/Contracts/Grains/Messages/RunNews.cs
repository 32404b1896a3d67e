using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What a coordinator tells the experiment that it leads. Parts that are empty say nothing.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunNews")]
public sealed record RunNews
{
    [Id(0)] public RunSnapshot? Snapshot { get; init; }

    [Id(1)] public RunProgress? Progress { get; init; }

    [Id(2)] public IReadOnlyList<StepCommit> Steps { get; init; } = [];

    [Id(3)] public IReadOnlyList<EvaluationRecord> Evaluations { get; init; } = [];

    /// <summary>A new one.</summary>
    [Id(4)] public CheckpointRecord? Checkpoint { get; init; }

    /// <summary>All that are kept, when that changed.</summary>
    [Id(5)] public IReadOnlyList<CheckpointRecord>? Checkpoints { get; init; }

    [Id(6)] public IReadOnlyList<RunEvent> Events { get; init; } = [];

    /// <summary>A generation that has begun.</summary>
    [Id(7)] public IReadOnlyList<GenerationRecord> Generations { get; init; } = [];

    /// <summary>Epochs that have ended.</summary>
    [Id(8)] public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];
}
