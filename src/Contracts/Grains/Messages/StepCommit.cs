namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One committed step: what all its workers agree on, and what each of them adds.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.StepCommit")]
public sealed record StepCommit
{
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required long Generation { get; init; }

    [Id(2)] public required double Loss { get; init; }

    [Id(3)] public required IReadOnlyList<double> Metrics { get; init; }

    [Id(4)] public required int Samples { get; init; }

    [Id(5)] public required double LearningRate { get; init; }

    [Id(6)] public required ulong GradientHash { get; init; }

    /// <summary>By shard.</summary>
    [Id(7)] public required IReadOnlyList<ulong> SampleDigests { get; init; }

    /// <summary>By worker: before the barrier.</summary>
    [Id(8)] public required IReadOnlyList<long> ComputeMicroseconds { get; init; }

    /// <summary>Mean over the workers: they overlap, so a sum over steps of the slowest would be more than the time that passed.</summary>
    [Id(9)] public required long StepMicroseconds { get; init; }

    [Id(10)] public bool Skipped { get; init; }
}
