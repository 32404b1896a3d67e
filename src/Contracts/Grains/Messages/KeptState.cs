using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What one silo has of a run after its workers of all lower generations have ended.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.KeptState")]
public sealed record KeptState
{
    [Id(0)] public required string Silo { get; init; }

    [Id(1)] public required string SiloAddress { get; init; }

    /// <summary>The highest generation of the experiment that this silo has heard of; above the one that asks: whoever asks is late.</summary>
    [Id(2)] public required long Generation { get; init; }

    /// <summary>The first step that is not in the state; null: no state is kept.</summary>
    [Id(3)] public long? Step { get; init; }

    /// <summary>
    /// Records of steps that the store is not known to have, in order, one for each worker that applied it; the last ones lead to <see cref="Step"/>.
    /// </summary>
    [Id(4)] public IReadOnlyList<StepRecord> Records { get; init; } = [];

    /// <summary>Workers whose thread does not end; their devices cannot be used.</summary>
    [Id(5)] public IReadOnlyList<int> Stuck { get; init; } = [];

    /// <summary>Addresses of the silos that this one's data plane can reach.</summary>
    [Id(6)] public IReadOnlyList<string> Reachable { get; init; } = [];
}
