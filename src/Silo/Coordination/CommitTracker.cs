using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>Merges what the workers of one generation say of the same step. Repeated records are ignored. Not thread-safe.</summary>
public sealed class CommitTracker
{
    private readonly int _workers;
    private readonly Dictionary<long, Partial> _open = [];
    private long _first;

    /// <param name="startStep">The generation's first step.</param>
    public CommitTracker(int workers, long startStep) => (_workers, _first, Applied) = (workers, startStep, startStep);

    /// <summary>Steps that at least one worker has applied: the committed ones.</summary>
    public long Applied { get; private set; }

    /// <summary>Steps that every worker has reported.</summary>
    public long Complete => _first;

    /// <summary>Records of steps that not every worker has reported.</summary>
    public IEnumerable<StepRecord> Open => _open.Values.SelectMany(partial => partial.Records).OfType<StepRecord>();

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
        if (other is not null
            && (other.GradientHash != record.GradientHash || BitConverter.DoubleToInt64Bits(other.Loss) != BitConverter.DoubleToInt64Bits(record.Loss)))
        {
            Disagreement ??= $"Workers {other.Worker} and {record.Worker} disagree on step {record.Step}: gradient "
                + $"hash {other.GradientHash:x16} and {record.GradientHash:x16}, "
                + $"loss {other.Loss:R} and {record.Loss:R}. Their devices do not compute the same bits.";
        }

        partial.Records[record.Worker] = record;
        partial.Count++;
        Applied = Math.Max(Applied, record.Step + 1);
        while (_open.TryGetValue(_first, out var head) && head.Count == _workers)
        {
            _open.Remove(_first++);
            complete.Add(StepMerge.Of(head.Records!));
        }
    }

    private sealed class Partial(StepRecord?[] records)
    {
        public StepRecord?[] Records { get; } = records;

        public int Count { get; set; }
    }
}
