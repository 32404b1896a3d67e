using FsCheck;
using FsCheck.Fluent;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class StepSamplerTests
{
    private static readonly Arbitrary<(int Rows, int Batch, int Shards, int Seed)> Shapes =
        Gen.Choose(1, 200).Zip(Gen.Choose(1, 250)).Zip(Gen.Choose(1, 12)).Zip(Gen.Choose(0, 1000))
            .Select(all => (all.Item1.Item1.Item1, all.Item1.Item1.Item2, all.Item1.Item2, all.Item2)).ToArbitrary();

    [Fact]
    public void RowsAt_EnsureEveryRowExactlyOnceInEveryEpoch() =>
        Prop.ForAll(Shapes, shape =>
        {
            var sampler = new StepSampler(shape.Seed, shape.Rows, shape.Batch, shape.Shards);
            for (var epoch = 0L; epoch < 3; epoch++)
            {
                var seen = new bool[shape.Rows];
                for (var step = epoch * sampler.StepsPerEpoch; step < (epoch + 1) * sampler.StepsPerEpoch; step++)
                {
                    Assert.Equal(epoch, sampler.EpochOf(step));
                    foreach (var row in Batch(sampler, step))
                    {
                        Assert.False(seen[row]);
                        seen[row] = true;
                    }
                }

                Assert.DoesNotContain(false, seen);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ShardSizeAt_EnsureShardsPartitionEveryBatchAsTheRuleSays() =>
        Prop.ForAll(Shapes, shape =>
        {
            var sampler = new StepSampler(shape.Seed, shape.Rows, shape.Batch, shape.Shards);
            var total = 0;
            for (var step = 0L; step < sampler.StepsPerEpoch; step++)
            {
                var batch = sampler.BatchSizeAt(step);
                Assert.InRange(batch, 1, sampler.BatchSize);
                for (var shard = 0; shard < shape.Shards; shard++)
                {
                    var expected = (batch / shape.Shards) + (shard < batch % shape.Shards ? 1 : 0);
                    Assert.Equal(expected, sampler.ShardSizeAt(step, shard));
                    Assert.InRange(expected, 0, sampler.LargestShard);
                }

                total += batch;
            }

            Assert.Equal(shape.Rows, total);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void RowsAt_EnsureTheBatchDoesNotDependOnTheNumberOfShards() =>
        Prop.ForAll(Shapes, shape =>
        {
            var one = new StepSampler(shape.Seed, shape.Rows, shape.Batch, 1);
            var many = new StepSampler(shape.Seed, shape.Rows, shape.Batch, shape.Shards);
            for (var step = 0L; step < 2 * one.StepsPerEpoch; step++)
            {
                Assert.Equal(Batch(one, step), Batch(many, step));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void RowsAt_EnsureTheOrderOfAskingDoesNotMatter()
    {
        var forward = new StepSampler(42, 100, 7, 3);
        var jumping = new StepSampler(42, 100, 7, 3);
        var steps = Enumerable.Range(0, 75).Select(step => (long)step).ToArray();
        var order = Enumerable.Range(0, 75).ToArray();
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0).Shuffle(order);
        var expected = steps.ToDictionary(step => step, step => Batch(forward, step));
        Assert.All(order, step => Assert.Equal(expected[step], Batch(jumping, step)));
    }

    [Fact]
    public void RowsAt_EnsureEpochsAndSeedsDiffer()
    {
        var sampler = new StepSampler(1, 50, 50, 1);
        Assert.NotEqual(Batch(sampler, 0), Batch(sampler, 1));
        Assert.NotEqual(Batch(sampler, 0), Batch(new StepSampler(2, 50, 50, 1), 0));
        Assert.Equal(Batch(sampler, 0), Batch(new StepSampler(1, 50, 50, 1), 0));
    }

    /// <summary>Pins the order itself: a change of it would change every experiment's bits.</summary>
    [Fact]
    public void RowsAt_EnsureOrderIsTheKeyedShuffle()
    {
        var expected = Enumerable.Range(0, 10).ToArray();
        new KeyedRandom(42, RandomPurpose.Shuffle, 3, 0).Shuffle(expected);
        Assert.Equal(expected, Batch(new StepSampler(42, 10, 10, 4), 3));
    }

    [Fact]
    public void RowsAt_EnsureAShardBeyondAShortBatchGetsNothing()
    {
        var sampler = new StepSampler(1, 9, 8, 4);
        Assert.Equal(2, sampler.StepsPerEpoch);
        Assert.Equal([1, 0, 0, 0], Enumerable.Range(0, 4).Select(shard => sampler.ShardSizeAt(1, shard)));
        sampler.RowsAt(1, 3, []);
    }

    [Fact]
    public void RowsAt_EnsureAWrongLengthOrShardIsRefused()
    {
        var sampler = new StepSampler(1, 9, 8, 4);
        Assert.Throws<ArgumentException>(() => sampler.RowsAt(0, 0, new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.RowsAt(0, 4, new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.ShardSizeAt(0, -1));
    }

    [Fact]
    public void RowsAt_EnsureStepsWithinAnEpochAllocateNothing()
    {
        var sampler = new StepSampler(1, 60_000, 64, 2);
        var rows = new int[32];
        sampler.RowsAt(0, 0, rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 900; step++)
        {
            sampler.RowsAt(step, 0, rows);
            sampler.RowsAt(step, 1, rows);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void EvaluationSlices_EnsureTheyPartitionTheRowsInOrder() =>
        Prop.ForAll(Gen.Choose(0, 300).Zip(Gen.Choose(1, 20)).ToArbitrary(), pair =>
        {
            var slices = new EvaluationSlices(pair.Item1, pair.Item2);
            var next = 0;
            for (var shard = 0; shard < pair.Item2; shard++)
            {
                Assert.Equal(next, slices.StartOf(shard));
                next += slices.SizeOf(shard);
            }

            Assert.Equal(pair.Item1, next);
        }).QuickCheckThrowOnFailure();

    private static List<int> Batch(StepSampler sampler, long step)
    {
        var batch = new List<int>();
        for (var shard = 0; shard < sampler.Shards; shard++)
        {
            var rows = new int[sampler.ShardSizeAt(step, shard)];
            sampler.RowsAt(step, shard, rows);
            batch.AddRange(rows);
        }

        return batch;
    }
}
