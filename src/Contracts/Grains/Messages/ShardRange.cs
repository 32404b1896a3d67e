namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Shards <see cref="First"/> to <see cref="End"/>-1; always contiguous.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ShardRange")]
public readonly record struct ShardRange([property: Id(0)] int First, [property: Id(1)] int Count)
{
    public int End => First + Count;

    public bool Contains(int shard) => shard >= First && shard < End;

    public override string ToString() => Count == 1 ? $"shard {First}" : $"shards {First}-{End - 1}";
}
