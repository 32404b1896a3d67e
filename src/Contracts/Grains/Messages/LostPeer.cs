namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A silo that another one could not reduce with.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.LostPeer")]
public sealed record LostPeer
{
    [Id(0)] public required string SiloAddress { get; init; }

    [Id(1)] public required string Reason { get; init; }
}
