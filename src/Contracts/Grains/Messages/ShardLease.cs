namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A shard's lease to one worker, valid for one generation.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ShardLease")]
public sealed record ShardLease
{
    [Id(0)] public required long Generation { get; init; }

    [Id(1)] public required int Worker { get; init; }

    [Id(2)] public required string Silo { get; init; }

    [Id(3)] public required long FromStep { get; init; }
}
