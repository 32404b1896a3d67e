using Sheaf.Training.Randomness;

namespace Sheaf.Training.Data;

/// <summary>
/// Which rows each shard of each step is fed. A pure function of its arguments: every epoch uses every row once, in an order drawn from
/// (seed, epoch) alone; the last batch of an epoch is short. The two epochs last asked for are kept.
/// Not thread-safe: one for each worker.
/// </summary>
public sealed class StepSampler
{
    private readonly long _seed;
    private readonly Order[] _orders = [new(), new()];
    private int _recent;

    /// <summary><paramref name="batchSize"/> is of the whole step, over all shards; more than <paramref name="trainCount"/> means all rows.</summary>
    public StepSampler(long seed, int trainCount, int batchSize, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trainCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shards);
        _seed = seed;
        TrainCount = trainCount;
        BatchSize = Math.Min(batchSize, trainCount);
        Shards = shards;
        StepsPerEpoch = (trainCount + BatchSize - 1L) / BatchSize;
    }

    public long Seed => _seed;

    public int TrainCount { get; }

    /// <summary>Of a full batch.</summary>
    public int BatchSize { get; }

    public int Shards { get; }

    public long StepsPerEpoch { get; }

    /// <summary>The most samples that a shard gets in a step.</summary>
    public int LargestShard => Slices.SizeOf(BatchSize, Shards, 0);

    public long EpochOf(long step) => step / StepsPerEpoch;

    public long StepInEpoch(long step) => step % StepsPerEpoch;

    public int BatchSizeAt(long step) => (int)Math.Min(BatchSize, TrainCount - (StepInEpoch(step) * BatchSize));

    /// <summary>0 where a short batch leaves nothing for the shard.</summary>
    public int ShardSizeAt(long step, int shard) => Slices.SizeOf(BatchSizeAt(step), Shards, shard);

    /// <summary>
    /// Rows of the training set, in the order in which the model is fed. <paramref name="rows"/> has exactly <see cref="ShardSizeAt"/> places.
    /// </summary>
    public void RowsAt(long step, int shard, Span<int> rows)
    {
        var batch = BatchSizeAt(step);
        if (rows.Length != Slices.SizeOf(batch, Shards, shard))
        {
            throw new ArgumentException($"Shard {shard} of step {step} has {ShardSizeAt(step, shard)} rows; the span has {rows.Length}.", nameof(rows));
        }

        var first = ((int)StepInEpoch(step) * (long)BatchSize) + Slices.StartOf(batch, Shards, shard);
        OrderOf(EpochOf(step)).AsSpan((int)first, rows.Length).CopyTo(rows);
    }

    private int[] OrderOf(long epoch)
    {
        if (_orders[_recent].Epoch != epoch)
        {
            _recent = 1 - _recent;
        }

        var order = _orders[_recent];
        if (order.Epoch != epoch)
        {
            order.Epoch = -1;
            order.Rows ??= new int[TrainCount];
            for (var row = 0; row < order.Rows.Length; row++)
            {
                order.Rows[row] = row;
            }

            new KeyedRandom(_seed, RandomPurpose.Shuffle, epoch, 0).Shuffle(order.Rows);
            order.Epoch = epoch;
        }

        return order.Rows!;
    }

    private sealed class Order
    {
        public long Epoch { get; set; } = -1;

        public int[]? Rows { get; set; }
    }
}
