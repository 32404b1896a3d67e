namespace Sheaf.Records;

/// <summary>Shards <see cref="First"/> to <see cref="End"/>-1; always contiguous.</summary>
public readonly record struct ShardRange(int First, int Count)
{
    public int End => First + Count;

    public bool Contains(int shard) => shard >= First && shard < End;

    public override string ToString() => Count == 1 ? $"shard {First}" : $"shards {First}-{End - 1}";
}
