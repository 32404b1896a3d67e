using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One thing that a watcher is told; exactly one of the others is set. Sequence numbers of one experiment only grow.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ExperimentUpdate")]
public sealed record ExperimentUpdate
{
    [Id(0)] public required long Sequence { get; init; }

    [Id(1)] public ExperimentView? View { get; init; }

    [Id(2)] public RunProgress? Progress { get; init; }

    [Id(3)] public EvaluationRecord? Evaluation { get; init; }

    [Id(4)] public CheckpointRecord? Checkpoint { get; init; }

    [Id(5)] public RunEvent? Event { get; init; }

    [Id(6)] public EpochRecord? Epoch { get; init; }
}
