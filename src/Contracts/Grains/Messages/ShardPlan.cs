namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Which rows a shard is fed: with the seed, all that the order of rows depends on.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ShardPlan")]
public sealed record ShardPlan
{
    [Id(0)] public required long Seed { get; init; }

    [Id(1)] public required int TrainCount { get; init; }

    [Id(2)] public required int BatchSize { get; init; }

    [Id(3)] public required int Shards { get; init; }

    [Id(4)] public required string DatasetKey { get; init; }
}
