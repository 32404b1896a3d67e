namespace Sheaf.Training.Data;

/// <summary>
/// How a batch is cut into shards: of b samples, shard s gets floor(b / S), plus 1 if s &lt; b mod S, one shard after the other.
/// </summary>
public static class Slices
{
    public static int SizeOf(int count, int shards, int shard)
    {
        Check(shards, shard);
        return (count / shards) + (shard < count % shards ? 1 : 0);
    }

    public static int StartOf(int count, int shards, int shard)
    {
        Check(shards, shard);
        return (count / shards * shard) + Math.Min(shard, count % shards);
    }

    private static void Check(int shards, int shard)
    {
        if ((uint)shard >= (uint)shards)
        {
            throw new ArgumentOutOfRangeException(nameof(shard), shard, $"There are shards 0 to {shards - 1}.");
        }
    }
}
