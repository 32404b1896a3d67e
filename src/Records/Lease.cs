namespace Sheaf.Records;

/// <summary>Which worker computes which shards; valid for one generation.</summary>
public readonly record struct Lease(int Worker, ShardRange Shards);
