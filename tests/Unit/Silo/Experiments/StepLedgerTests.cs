using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Experiments;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public class StepLedgerTests
{
    private readonly MemoryStore _store = new();
    private readonly StepLedger _ledger;

    public StepLedgerTests() => _ledger = new(_store, 4);

    [Fact]
    public async Task Flush_EnsureOnlyChangedSegmentsAreWritten()
    {
        _ledger.Append(Steps(0, 10));
        await _ledger.Flush();
        Assert.Equal([0L, 1, 2], _store.Writes);
        _ledger.Append(Steps(10, 11));
        await _ledger.Flush();
        await _ledger.Flush();
        Assert.Equal([0L, 1, 2, 2], _store.Writes);
        Assert.Equal(Enumerable.Range(0, 11).Select(step => (long)step), (await All(new(_store, 4))).Select(step => step.Step));
    }

    [Fact]
    public async Task Flush_EnsureOnlySegmentsThatDidNotBeginHereAreReadFirst()
    {
        _ledger.Append(Steps(0, 6));
        await _ledger.Flush();
        _ledger.Append(Steps(6, 13));
        await _ledger.Flush();
        Assert.Equal(0, _store.Reads);
        var next = new StepLedger(_store, 4, durable: 13);
        next.Append(Steps(13, 20));
        await next.Flush();
        Assert.Equal(1, _store.Reads);
        Assert.Equal(20, (await All(new(_store, 4))).Count);
    }

    [Fact]
    public async Task Flush_EnsureASegmentThatTheStoreHasThoughItBeganHereIsWhole()
    {
        _ledger.Append(Steps(0, 12));
        await _ledger.Flush();
        var next = new StepLedger(_store, 4, durable: 4);
        next.Append(Steps(4, 6, generation: 2));
        next.Append(Steps(8, 9, generation: 2));
        await next.Flush();
        Assert.Equal(12, next.Recorded);
        await next.Flush();
        Assert.Equal(12, next.Durable);
        Assert.Equal([1L, 1, 1, 1, 2, 2, 1, 1, 2, 1, 1, 1], (await All(new(_store, 4))).Select(step => step.Generation));
    }

    [Theory]
    [InlineData(1, 128, 1024)]
    [InlineData(8, 128, 1024)]
    [InlineData(64, 128, 256)]
    [InlineData(512, 32, 32)]
    [InlineData(10_000, 16, 16)]
    public void SegmentLengthOf_EnsureALedgerIsReadInTheSegmentsThatItWasBegunWith(int shards, int now, int before)
    {
        Assert.Equal(now, StepLedger.SegmentLength(shards));
        Assert.Equal(before, StepLedger.SegmentLengthOf(0, shards));
        Assert.Equal(77, StepLedger.SegmentLengthOf(77, shards));
    }

    [Fact]
    public async Task Append_EnsureRecomputedStepsAreComparedWithTheStoredOnes()
    {
        _ledger.Append(Steps(0, 10));
        await _ledger.Flush();
        var again = new StepLedger(_store, 4);
        var recomputed = Steps(3, 8, generation: 2);
        recomputed[2] = recomputed[2] with { GradientHash = 99 };
        again.Append(recomputed);
        await again.Flush();
        var (before, now) = Assert.Single(again.TakeChanged());
        Assert.Equal((5L, 5ul, 99ul), (before.Step, before.GradientHash, now.GradientHash));
        Assert.Empty(again.TakeChanged());
        var all = await All(again);
        Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), all.Select(step => step.Step));
        Assert.Equal(99ul, all[5].GradientHash);
        Assert.Equal([1L, 1, 1, 2, 2, 2, 2, 2, 1, 1], all.Select(step => step.Generation));
    }

    [Fact]
    public async Task Append_EnsureALowerGenerationOverwritesNothing()
    {
        _ledger.Append(Steps(0, 4, generation: 3));
        _ledger.Append([.. Steps(0, 4, generation: 2).Select(step => step with { GradientHash = 0 })]);
        Assert.Empty(_ledger.TakeChanged());
        Assert.All(await All(_ledger), step => Assert.Equal(3, step.Generation));
    }

    [Fact]
    public async Task Flush_EnsureWhatFailedIsWrittenLater()
    {
        _ledger.Append(Steps(0, 6));
        _store.Full = true;
        await Assert.ThrowsAsync<IOException>(_ledger.Flush);
        Assert.True(_ledger.IsDirty);
        _store.Full = false;
        await _ledger.Flush();
        Assert.Equal(6, (await All(new(_store, 4))).Count);
    }

    [Fact]
    public async Task Append_EnsureWhatComesWhileTheStoreHangsIsWrittenNext()
    {
        _ledger.Append(Steps(0, 6));
        _store.Hangs = new();
        var flush = _ledger.Flush();
        _ledger.Append(Steps(6, 10));
        var told = _ledger.Read(1);
        _store.Hangs.SetResult();
        await flush;
        Assert.Equal([4L, 5, 6, 7], (await told).Select(step => step.Step));
        Assert.Equal((10L, 6L, true), (_ledger.Recorded, _ledger.Durable, _ledger.IsDirty));
        Assert.True((await All(new(_store, 4))).Count >= 6);

        await _ledger.Flush();
        Assert.Equal((10L, 10L, false), (_ledger.Recorded, _ledger.Durable, _ledger.IsDirty));
        Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), (await All(new(_store, 4))).Select(step => step.Step));
    }

    [Fact]
    public async Task Flush_EnsureAnEmptyLedgerIsDone()
    {
        await _ledger.Flush();
        Assert.Empty(_store.Writes);
    }

    [Fact]
    public async Task Append_EnsureStepsAreTakenInWhileThereIsNoStore()
    {
        _ledger.Append(Steps(0, 6));
        await _ledger.Flush();
        _store.Gone = true;
        _ledger.Append(Steps(6, 20));
        Assert.Equal((20L, 6L), (_ledger.Recorded, _ledger.Durable));
        await Assert.ThrowsAsync<IOException>(_ledger.Flush);
        _store.Gone = false;
        await _ledger.Flush();
        Assert.Equal((20L, 20L), (_ledger.Recorded, _ledger.Durable));
        Assert.Equal(Enumerable.Range(0, 20).Select(step => (long)step), (await All(new(_store, 4))).Select(step => step.Step));
    }

    [Fact]
    public async Task Recorded_EnsureWhatIsStoredBeyondWhatIsKnownToBeDurableCountsOnceItWasRead()
    {
        _ledger.Append(Steps(0, 7));
        await _ledger.Flush();
        var next = new StepLedger(_store, 4, durable: 5);
        next.Append(Steps(7, 9, generation: 2));
        Assert.Equal(5, next.Recorded);
        await next.Flush();
        Assert.Equal((9L, 9L), (next.Recorded, next.Durable));
        Assert.Equal(9, (await All(next)).Count);
    }

    [Fact]
    public async Task Recorded_EnsureStoredSegmentsThatAreNotToldAgainCount()
    {
        _ledger.Append(Steps(0, 8));
        await _ledger.Flush();
        var next = new StepLedger(_store, 4, durable: 2);
        next.Append(Steps(8, 10));
        await next.Flush();
        Assert.Equal((10L, 10L), (next.Recorded, next.Durable));

        // Nothing fills this one.
        next.Append(Steps(20, 21));
        await next.Flush();
        Assert.Equal((10L, 10L), (next.Recorded, next.Durable));
        next.Append(Steps(10, 20));
        await next.Flush();
        Assert.Equal((21L, 21L), (next.Recorded, next.Durable));
    }

    [Fact]
    public async Task Read_EnsureASegmentOfWhichTheStoreHasMoreIsWhole()
    {
        _ledger.Append(Steps(0, 3));
        await _ledger.Flush();
        var next = new StepLedger(_store, 4, durable: 3);
        next.Append(Steps(3, 4));
        Assert.Equal([0L, 1, 2, 3], (await next.Read(0)).Select(step => step.Step));
        await next.Flush();
        Assert.Equal(4, (await All(new(_store, 4))).Count);
    }

    private static StepCommit[] Steps(int first, int end, long generation = 1) => LedgerSteps.Of(first, end, generation);

    private static async Task<List<StepCommit>> All(StepLedger ledger)
    {
        var all = new List<StepCommit>();
        for (var index = 0; await ledger.Read(index) is { Count: > 0 } steps; index++)
        {
            all.AddRange(steps);
        }

        return all;
    }

    private sealed class MemoryStore : ISegmentStore
    {
        private readonly Dictionary<long, StepCommit[]> _stored = [];

        public List<long> Writes { get; } = [];

        public bool Full { get; set; }

        public bool Gone { get; set; }

        /// <summary>Whoever writes waits for it.</summary>
        public TaskCompletionSource? Hangs { get; set; }

        public int Reads { get; private set; }

        public Task<StepSegment> Read(long index)
        {
            Reads++;
            return Gone ? throw new IOException("There is no store.") : Task.FromResult(new StepSegment { Steps = [.. _stored.GetValueOrDefault(index, [])] });
        }

        public async Task Write(long index, StepSegment segment)
        {
            if (Hangs is { } hangs)
            {
                await hangs.Task;
            }

            if (Full || Gone)
            {
                throw new IOException("No space left on device.");
            }

            Writes.Add(index);
            _stored[index] = [.. segment.Steps];
        }

        public async Task<bool> TryAdd(long index, StepSegment segment)
        {
            if (_stored.ContainsKey(index))
            {
                return false;
            }

            await Write(index, segment);
            return true;
        }

        public void Drop(long index)
        {
        }
    }
}
