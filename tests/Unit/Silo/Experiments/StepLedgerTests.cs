using Sheaf.Contracts.Messages;
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
        await _ledger.Append(Steps(0, 10));
        await _ledger.Flush();
        Assert.Equal([0L, 1, 2], _store.Writes);
        await _ledger.Append(Steps(10, 11));
        await _ledger.Flush();
        await _ledger.Flush();
        Assert.Equal([0L, 1, 2, 2], _store.Writes);
        Assert.Equal(Enumerable.Range(0, 11).Select(step => (long)step), (await All(new(_store, 4))).Select(step => step.Step));
    }

    [Fact]
    public async Task Append_EnsureRecomputedStepsAreComparedWithTheStoredOnes()
    {
        await _ledger.Append(Steps(0, 10));
        await _ledger.Flush();
        var again = new StepLedger(_store, 4);
        var recomputed = Steps(3, 8, generation: 2);
        recomputed[2] = recomputed[2] with { GradientHash = 99 };
        var changed = Assert.Single(await again.Append(recomputed));
        Assert.Equal((5L, 5ul), (changed.Step, changed.GradientHash));
        await again.Flush();
        var all = await All(again);
        Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), all.Select(step => step.Step));
        Assert.Equal(99ul, all[5].GradientHash);
        Assert.Equal([1L, 1, 1, 2, 2, 2, 2, 2, 1, 1], all.Select(step => step.Generation));
    }

    [Fact]
    public async Task Append_EnsureALowerGenerationOverwritesNothing()
    {
        await _ledger.Append(Steps(0, 4, generation: 3));
        Assert.Empty(await _ledger.Append([.. Steps(0, 4, generation: 2).Select(step => step with { GradientHash = 0 })]));
        Assert.All(await All(_ledger), step => Assert.Equal(3, step.Generation));
    }

    [Fact]
    public async Task Flush_EnsureWhatFailedIsWrittenLater()
    {
        await _ledger.Append(Steps(0, 6));
        _store.Full = true;
        await Assert.ThrowsAsync<IOException>(_ledger.Flush);
        Assert.True(_ledger.IsDirty);
        _store.Full = false;
        await _ledger.Flush();
        Assert.Equal(6, (await All(new(_store, 4))).Count);
    }

    private static StepCommit[] Steps(int first, int end, long generation = 1) => Enumerable.Range(first, end - first).Select(step => new StepCommit
    {
        Step = step, Generation = generation, Loss = step, Metrics = [], Samples = 1, LearningRate = 1, GradientHash = (ulong)step, SampleDigests = [], ComputeMicroseconds = [], StepMicroseconds = 1,
    }).ToArray();

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

        public Task<StepSegment> Read(long index) => Task.FromResult(new StepSegment { Steps = [.. _stored.GetValueOrDefault(index, [])] });

        public Task Write(long index, StepSegment segment)
        {
            if (Full)
            {
                throw new IOException("No space left on device.");
            }

            Writes.Add(index);
            _stored[index] = [.. segment.Steps];
            return Task.CompletedTask;
        }

        public void Drop(long index)
        {
        }
    }
}
