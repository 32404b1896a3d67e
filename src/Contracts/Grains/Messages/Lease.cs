namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Which worker computes which shards; valid for one generation.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.Lease")]
public readonly record struct Lease([property: Id(0)] int Worker, [property: Id(1)] ShardRange Shards);
