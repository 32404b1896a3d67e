using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Training.Ledger;

namespace Sheaf.Tests.Unit.Training.Collectives;

public sealed class LocalGroupTests
{
    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (var (shards, workers) in new[] { (1, 1), (2, 1), (2, 2), (3, 2), (4, 1), (4, 2), (4, 3), (4, 4), (5, 3), (8, 3), (8, 5), (8, 8), (13, 4) })
            {
                foreach (var length in new[] { 0, 1, 15, 16, 17, 8191, 8192, 8193, 20011 })
                {
                    data.Add(shards, workers, length);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Reduce_EnsureBitsAndHashOfTheReference(int shards, int workers, int length)
    {
        var vectors = Vectors(shards, length, seed: (shards * 100) + workers);
        var expected = ReferenceReduction.Sum(vectors);
        using var group = new LocalGroup(shards, Leases(shards, workers), length);
        var results = await OnThreads(workers, worker =>
        {
            var total = group.Reduce(worker, 0, Parts(vectors, RangeOf(shards, workers, worker)));
            return (Bits: Bits(total.Total), total.Hash, total.IsFinite);
        });
        foreach (var (bits, hash, finite) in results)
        {
            Assert.Equal(Bits(expected), bits);
            Assert.Equal(GradientHash.Of(expected), hash);
            Assert.Equal(expected.All(float.IsFinite), finite);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Reduce_EnsureNonFiniteIsKeptAndSaid(float value)
    {
        foreach (var place in new[] { 0, 17, 9000, 16999 })
        {
            var vectors = Vectors(4, 17000, 1);
            vectors[2][place] = value;
            using var group = new LocalGroup(4, Leases(4, 3), 17000);
            var results = await OnThreads(3, worker =>
            {
                var total = group.Reduce(worker, 0, Parts(vectors, RangeOf(4, 3, worker)));
                return (Bits: Bits(total.Total), total.IsFinite);
            });
            Assert.All(results, result =>
            {
                Assert.False(result.IsFinite);
                Assert.Equal(Bits(ReferenceReduction.Sum(vectors)), result.Bits);
            });
        }
    }

    [Fact]
    public async Task Reduce_EnsureOneWorkerReadsItsOwnMemory()
    {
        var vectors = Vectors(1, 100, 1);
        using var group = new LocalGroup(1, Leases(1, 1), 100);
        var same = await OnThreads(1, worker => group.Reduce(worker, 0, Parts(vectors, new(0, 1))).Total.Overlaps(vectors[0]));
        Assert.True(same[0]);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Reduce_EnsureManyThreadsOverManyStepsKeepTheBits()
    {
        const int Shards = 13, Workers = 7, Steps = 300;
        var random = new Xorshift(7);
        var steps = Enumerable.Range(0, Steps).Select(step => Vectors(Shards, 1 + (int)(random.Next() % 3000), step)).ToList();
        var length = steps.Max(vectors => vectors[0].Length);
        foreach (var vectors in steps)
        {
            for (var shard = 0; shard < Shards; shard++)
            {
                Array.Resize(ref vectors[shard], length);
            }
        }

        var expected = steps.ConvertAll(vectors => GradientHash.Of(ReferenceReduction.Sum(vectors)));
        using var group = new LocalGroup(Shards, Leases(Shards, Workers), length);
        var hashes = await OnThreads(Workers, worker =>
        {
            var mine = new List<ulong>();
            for (var step = 0; step < Steps; step++)
            {
                var total = group.Reduce(worker, step, Parts(steps[step], RangeOf(Shards, Workers, worker)));
                mine.Add(GradientHash.Of(total.Total));
                Assert.Equal(total.Hash, mine[^1]);
            }

            return mine;
        });
        Assert.All(hashes, mine => Assert.Equal(expected, mine));
    }

    [Theory]
    [InlineData(8, "0,1,2|3,4|5,6,7")]
    [InlineData(8, "0,1,2,3,4,5,6|7")]
    [InlineData(5, "0,2|1,3,4")]
    [InlineData(4, "0,1,2,3")]
    public async Task Reduce_EnsureBitsAcrossSilosWithAnExchange(int shards, string placement)
    {
        // One worker a shard, so a silo's leases need not be contiguous.
        var silos = placement.Split('|').Select(silo => silo.Split(',').Select(int.Parse).ToArray()).ToArray();
        var vectors = Vectors(shards, 9001, 3);
        var exchange = new InMemoryExchange(silos.Length, shards);
        var groups = silos.Select(
            silo => new LocalGroup(shards, [.. silo.Select(shard => new Lease(shard, new(shard, 1)))], 9001, exchange, generation: 5)).ToArray();
        double[] odd = [double.MaxValue, -1e200, 5e-324, double.NaN, double.NegativeInfinity, -0.0, 1e-30 / 3, float.MaxValue * 1.5];
        var owner = Enumerable.Range(0, shards).Select(shard => Array.FindIndex(silos, silo => silo.Contains(shard))).ToArray();
        var hashes = await OnThreads(shards, worker =>
        {
            var group = groups[owner[worker]];
            var first = group.Reduce(worker, 0, Parts(vectors, new(worker, 1))).Hash;
            var gathered = group.Gather(worker, 1, [Math.PI * worker, 1e-9, odd[worker]], 3);
            Assert.Equal(Enumerable.Range(0, shards).Select(shard => Math.PI * shard), gathered.Where((_, i) => i % 3 == 0));
            Assert.All(gathered.Where((_, i) => i % 3 == 1), value => Assert.Equal(1e-9, value));
            Assert.Equal(odd.Take(shards).Select(BitConverter.DoubleToInt64Bits), gathered.Where((_, i) => i % 3 == 2).Select(BitConverter.DoubleToInt64Bits));
            return (first, group.Reduce(worker, 1, Parts(vectors, new(worker, 1))).Hash);
        });
        var expected = GradientHash.Of(ReferenceReduction.Sum(vectors));
        Assert.All(hashes, pair => Assert.Equal((expected, expected), pair));
        Assert.Equal([new(5, 0, 0, CollectiveKind.Gradient), new(5, 1, 1, CollectiveKind.Evaluation), new(5, 2, 1, CollectiveKind.Gradient)], exchange.Keys);
        Array.ForEach(groups, group => group.Dispose());
    }

    [Fact]
    public async Task Gather_EnsureShardsInOrderForEveryWorker()
    {
        using var group = new LocalGroup(5, Leases(5, 3), 0);
        var all = await OnThreads(3, worker =>
        {
            var range = RangeOf(5, 3, worker);
            var mine = Enumerable.Range(range.First, range.Count).SelectMany(shard => new[] { shard, shard + 0.1 }).ToArray();
            var first = group.Gather(worker, 0, mine, 2);
            var second = group.Gather(worker, 0, [.. mine.Select(value => -value)], 2);
            return (first, second);
        });
        var expected = Enumerable.Range(0, 5).SelectMany(shard => new[] { shard, shard + 0.1 }).ToArray();
        Assert.All(all, pair =>
        {
            Assert.Equal(expected, pair.first);
            Assert.Equal(expected.Select(value => -value), pair.second);
        });
    }

    [Fact]
    public async Task Abort_EnsureWaitingAndComingWorkersGetTheFirstReason()
    {
        using var group = new LocalGroup(3, Leases(3, 3), 10);
        var vectors = Vectors(3, 10, 1);
        var waiting = Enumerable.Range(0, 2).Select(worker => OnThread(() => group.Reduce(worker, 4, Parts(vectors, new(worker, 1))).Hash)).ToList();
        group.Abort("silo b is gone");
        group.Abort("later");
        foreach (var task in waiting)
        {
            Assert.Equal("silo b is gone", (await Assert.ThrowsAsync<ReductionAbortedException>(() => task)).Message);
        }

        Assert.Equal(
            "silo b is gone",
            (await Assert.ThrowsAsync<ReductionAbortedException>(() => OnThread(() => group.Reduce(2, 4, Parts(vectors, new(2, 1))).Hash))).Message);
        Assert.True(group.IsAborted);
    }

    [Fact]
    public async Task Exchange_EnsureItsFailureAbortsAllWithTheCause()
    {
        using var group = new LocalGroup(4, [new(0, new(0, 1)), new(1, new(1, 1))], 10, new FailingExchange());
        var vectors = Vectors(4, 10, 1);
        var tasks = Enumerable.Range(0, 2).Select(worker => OnThread(() => group.Reduce(worker, 7, Parts(vectors, new(worker, 1))).Hash)).ToList();
        foreach (var task in tasks)
        {
            var aborted = await Assert.ThrowsAsync<ReductionAbortedException>(() => task);
            Assert.Contains("gradient of step 7", aborted.Message, StringComparison.Ordinal);
            Assert.Contains("socket closed", aborted.Message, StringComparison.Ordinal);
            Assert.IsType<IOException>(aborted.InnerException);
        }
    }

    [Fact]
    public void LocalGroup_EnsureLeasesThatLeaveAGapOrOverlapAreRefused()
    {
        Assert.Contains(
            "do not cover all 4", Assert.Throws<ArgumentException>(() => new LocalGroup(4, [new(0, new(0, 2))], 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Shard 1", Assert.Throws<ArgumentException>(() => new LocalGroup(2, [new(0, new(0, 2)), new(1, new(1, 1))], 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reduce_EnsureWrongPartsAreRefused()
    {
        using var group = new LocalGroup(2, Leases(2, 1), 4);
        Assert.Throws<ArgumentException>(() => group.Reduce(0, 0, []));
        Assert.Throws<ArgumentException>(() => group.Reduce(0, 0, [new(new(0, 1), new float[4])]));
        Assert.Throws<ArgumentException>(() => group.Reduce(0, 0, [new(new(0, 2), new float[3])]));
        Assert.Contains("Worker 3", Assert.Throws<ArgumentException>(() => group.Reduce(3, 0, [])).Message, StringComparison.Ordinal);
    }

    private static GradientPart[] Parts(float[][] vectors, ShardRange range) =>
        [.. ReductionTree.MaximalSubtrees(range, vectors.Length).Select(node => new GradientPart(node, Sum(vectors, node)))];

    private static float[] Sum(float[][] vectors, ShardRange node)
    {
        if (node.Count == 1)
        {
            return vectors[node.First];
        }

        var (left, right) = ReductionTree.Children(node);
        return [.. Sum(vectors, left).Zip(Sum(vectors, right), (a, b) => a + b)];
    }

    /// <summary>Values of very different sizes, so that another order of additions gives other bits.</summary>
    private static float[][] Vectors(int shards, int length, int seed)
    {
        var random = new Xorshift((ulong)seed + 1);
        return [.. Enumerable.Range(0, shards).Select(_ =>
            Enumerable.Range(0, length).Select(_ => (float)(((int)(random.Next() % 2001) - 1000) * Math.Pow(10, (int)(random.Next() % 9) - 4))).ToArray())];
    }

    private static ShardRange RangeOf(int shards, int workers, int worker) =>
        new(Sheaf.Training.Data.Slices.StartOf(shards, workers, worker), Sheaf.Training.Data.Slices.SizeOf(shards, workers, worker));

    private static Lease[] Leases(int shards, int workers) =>
        [.. Enumerable.Range(0, workers).Select(worker => new Lease(worker, RangeOf(shards, workers, worker)))];

    private static int[] Bits(ReadOnlySpan<float> values) => System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values).ToArray();

    private static Task<T[]> OnThreads<T>(int count, Func<int, T> body) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(worker => OnThread(() => body(worker))));

    private static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class FailingExchange : IExchange
    {
        public void Exchange(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total, CancellationToken cancellationToken) =>
            throw new IOException("socket closed");
    }

    private sealed class Xorshift(ulong state)
    {
        private ulong _state = (state * 2685821657736338717) | 1;

        public ulong Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return _state >> 11;
        }
    }
}
