namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The silos of a cluster, as one of them knows them.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ClusterFacts")]
public sealed record ClusterFacts
{
    /// <summary>Of the membership; dead ones among them.</summary>
    [Id(0)] public required IReadOnlyList<MemberInfo> Members { get; init; }

    /// <summary>What silos wrote of themselves when they started, and have not taken back by stopping in order.</summary>
    [Id(1)] public required IReadOnlyList<SiloPlace> Places { get; init; }
}
