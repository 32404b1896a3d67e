namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A shard as it is.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ShardView")]
public sealed record ShardView
{
    [Id(0)] public required int Shard { get; init; }

    [Id(1)] public required ShardPlan Plan { get; init; }

    /// <summary>Null where no generation holds a device.</summary>
    [Id(2)] public ShardLease? Lease { get; init; }

    /// <summary>The first step that is not known to be fed and committed.</summary>
    [Id(3)] public long Cursor { get; init; }
}
