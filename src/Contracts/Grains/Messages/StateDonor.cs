namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A silo that has the state of a run in memory.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.StateDonor")]
public sealed record StateDonor
{
    [Id(0)] public required string Silo { get; init; }

    [Id(1)] public required string SiloAddress { get; init; }

    [Id(2)] public required string DataEndpoint { get; init; }
}
