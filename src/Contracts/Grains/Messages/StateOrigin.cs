using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The state that a generation begins with: kept in the memory of silos, or a checkpoint, or (neither) the weights that the seed gives.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.StateOrigin")]
public sealed record StateOrigin
{
    /// <summary>The first step that is not in it.</summary>
    [Id(0)] public required long Step { get; init; }

    /// <summary>Null where silos kept the state, or it is the seed's.</summary>
    [Id(1)] public CheckpointRecord? Checkpoint { get; init; }

    /// <summary>Silos that kept the state before <see cref="Step"/>; the others copy it from one of them, trying them in this order.</summary>
    [Id(2)] public IReadOnlyList<StateDonor> Donors { get; init; } = [];
}
