using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Merges what the workers of one generation say of the same step. Repeated records are ignored. Not thread-safe.</summary>
public sealed class CommitTracker
{
    private readonly int _workers;
    private readonly int _shards;
    private readonly Dictionary<long, Partial> _open = [];
    private long _first;

    /// <param name="startStep">The generation's first step.</param>
    public CommitTracker(int workers, int shards, long startStep) => (_workers, _shards, _first, Applied) = (workers, shards, startStep, startStep);

    /// <summary>Steps that at least one worker has applied: the committed ones.</summary>
    public long Applied { get; private set; }

    /// <summary>Steps of which every worker has told.</summary>
    public long Complete => _first;

    /// <summary>What two workers disagree on; null as long as all agree.</summary>
    public string? Disagreement { get; private set; }

    /// <summary>Takes one record in and appends the steps that it completes, in order, to <paramref name="complete"/>.</summary>
    public void Add(StepRecord record, List<StepCommit> complete)
    {
        if (record.Step < _first || record.Worker < 0 || record.Worker >= _workers)
        {
            return;
        }

        if (!_open.TryGetValue(record.Step, out var partial))
        {
            _open.Add(record.Step, partial = new(new StepRecord?[_workers]));
        }

        if (partial.Records[record.Worker] is not null)
        {
            return;
        }

        var other = Array.Find(partial.Records, known => known is not null);
        if (other is not null && (other.GradientHash != record.GradientHash || BitConverter.DoubleToInt64Bits(other.Loss) != BitConverter.DoubleToInt64Bits(record.Loss)))
        {
            Disagreement ??= $"Workers {other.Worker} and {record.Worker} disagree on step {record.Step}: gradient hash {other.GradientHash:x16} and {record.GradientHash:x16}, "
                + $"loss {other.Loss:R} and {record.Loss:R}. Their devices do not compute the same bits.";
        }

        partial.Records[record.Worker] = record;
        partial.Count++;
        Applied = Math.Max(Applied, record.Step + 1);
        while (_open.TryGetValue(_first, out var head) && head.Count == _workers)
        {
            _open.Remove(_first++);
            complete.Add(Merge(head.Records!));
        }
    }

    private StepCommit Merge(StepRecord[] records)
    {
        var digests = new ulong[_shards];
        var compute = new long[_workers];
        var total = 0L;
        foreach (var record in records)
        {
            for (var i = 0; i < record.SampleDigests.Count; i++)
            {
                digests[record.Shards.First + i] = record.SampleDigests[i];
            }

            compute[record.Worker] = record.ComputeMicroseconds;
            total += record.StepMicroseconds;
        }

        var one = records[0];
        return new StepCommit
        {
            Step = one.Step,
            Generation = one.Generation,
            Loss = one.Loss,
            Metrics = one.Metrics,
            Samples = one.Samples,
            LearningRate = one.LearningRate,
            GradientHash = one.GradientHash,
            SampleDigests = digests,
            ComputeMicroseconds = compute,
            StepMicroseconds = total / records.Length,
            Skipped = one.Skipped,
        };
    }

    private sealed class Partial(StepRecord?[] records)
    {
        public StepRecord?[] Records { get; } = records;

        public int Count { get; set; }
    }
}
