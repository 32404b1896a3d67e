using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>All that is known of an experiment, its steps and log aside.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ExperimentView")]
public sealed record ExperimentView
{
    [Id(0)] public required RunSnapshot Run { get; init; }

    [Id(1)] public required string SpecYaml { get; init; }

    /// <summary>By step.</summary>
    [Id(2)] public required IReadOnlyList<CheckpointRecord> Checkpoints { get; init; }

    /// <summary>The newest ones, in the order in which they were made.</summary>
    [Id(3)] public required IReadOnlyList<EvaluationRecord> Evaluations { get; init; }

    /// <summary>The newest ones.</summary>
    [Id(4)] public required IReadOnlyList<RunEvent> Events { get; init; }

    /// <summary>All of them, in order.</summary>
    [Id(5)] public IReadOnlyList<GenerationRecord> Generations { get; init; } = [];

    /// <summary>Steps whose update the policy for losses that are not finite skipped.</summary>
    [Id(6)] public long SkippedSteps { get; init; }
}
