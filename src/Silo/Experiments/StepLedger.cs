using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// The committed steps of one experiment, in segments of a fixed number of steps; only segments that changed are written. A step that is told again, after a
/// recovery, is compared with what is known. Taking steps in needs no store, so news passes while there is none: what the store has of a segment is read when
/// it is next written, or asked for. Not thread-safe: used within turns of one grain. While one of its tasks waits for the store everything else may be called,
/// only <see cref="Flush"/> not twice at once.
/// </summary>
/// <param name="durable">Steps below it are known to be on the store.</param>
public sealed class StepLedger(ISegmentStore store, int segmentLength, long durable = 0)
{
    private readonly SortedDictionary<long, OpenSegment> _open = [];
    private readonly HashSet<long> _dirty = [];
    private readonly List<(StepCommit Before, StepCommit Now)> _changed = [];

    public bool IsDirty => _dirty.Count > 0;

    /// <summary>Steps below it were taken in without a gap, by this ledger or one before it.</summary>
    public long Recorded { get; private set; } = durable;

    /// <summary>Steps below it are on the store.</summary>
    public long Durable { get; private set; } = durable;

    /// <summary>
    /// For a new ledger. The last segment is written anew each second and with each checkpoint, which costs the steps more than some segments more do; fewer
    /// steps where a step's record is large.
    /// </summary>
    public static int SegmentLength(int shards) => Math.Min(FormerSegmentLength(shards), 128);

    /// <param name="stored">What was stored with the ledger; 0: it was begun before that was done.</param>
    public static int SegmentLengthOf(int stored, int shards) => stored > 0 ? stored : FormerSegmentLength(shards);

    private static int FormerSegmentLength(int shards) => Math.Clamp(16 * 1024 / Math.Max(shards, 1), 16, 1024);

    /// <summary>Takes steps in; of those that are known with other bits the newer generation's take the place.</summary>
    public void Append(IReadOnlyList<StepCommit> steps)
    {
        foreach (var step in steps)
        {
            var index = step.Step / segmentLength;
            if (!_open.TryGetValue(index, out var segment))
            {
                _open.Add(index, segment = new() { BeganHere = step.Step == index * segmentLength });
            }

            if (Insert(segment.Stored.Steps, step))
            {
                _dirty.Add(index);
            }
        }

        CountRecorded();
    }

    /// <summary>
    /// Steps that were recomputed with other bits, as far as it has been noticed since the last call: as they were known, and as they are now.
    /// </summary>
    public IReadOnlyList<(StepCommit Before, StepCommit Now)> TakeChanged()
    {
        var changed = _changed.ToArray();
        _changed.Clear();
        return changed;
    }

    /// <summary>Writes what changed before the call, or meanwhile. What fails stays to be written.</summary>
    public async Task Flush()
    {
        while (Unread() is { } index)
        {
            await Complete(index);
        }

        var recorded = Recorded;
        foreach (var index in _dirty.Order().ToArray())
        {
            _dirty.Remove(index);
            try
            {
                await Write(index, _open[index]);
            }
            catch
            {
                _dirty.Add(index);
                throw;
            }
        }

        Durable = Math.Max(Durable, recorded);
        foreach (var index in _open.Keys.SkipLast(1).Where(index => !_dirty.Contains(index)).ToArray())
        {
            _open.Remove(index);
            store.Drop(index);
        }
    }

    /// <summary>One segment's steps; empty where there is none.</summary>
    public async Task<IReadOnlyList<StepCommit>> Read(long index)
    {
        var segment = _open.ContainsKey(index) ? await Complete(index) : await store.Read(index);
        if (!_open.ContainsKey(index))
        {
            store.Drop(index);
        }

        return segment.Steps.ToArray();
    }

    /// <summary>
    /// The store has nothing of most segments that begin here, so they are not read first; where it has, a ledger before this one was further than it could
    /// say.
    /// </summary>
    private async Task Write(long index, OpenSegment segment)
    {
        if (!segment.IsRead && await store.TryAdd(index, segment.Copy()))
        {
            segment.IsRead = true;
            return;
        }

        await Complete(index);
        await store.Write(index, segment.Copy());
    }

    /// <summary>An open segment, with what the store has of it.</summary>
    private async Task<StepSegment> Complete(long index)
    {
        if (!_open.TryGetValue(index, out var segment))
        {
            _open.Add(index, segment = new());
        }

        if (!segment.IsRead)
        {
            var stored = await store.Read(index);
            if (!segment.IsRead)
            {
                foreach (var step in segment.Stored.Steps)
                {
                    Insert(stored.Steps, step);
                }

                (segment.Stored, segment.IsRead) = (stored, true);
                CountRecorded();
            }
        }

        return segment.Stored;
    }

    /// <summary>
    /// A segment that must be read before it can be written, or before the steps above it count: a ledger before this one may have stored more than it could
    /// say, and that is not told again.
    /// </summary>
    private long? Unread()
    {
        foreach (var index in _dirty.Where(index => _open[index] is { IsRead: false, BeganHere: false }))
        {
            return index;
        }

        var gap = Recorded / segmentLength;
        return _open.Count > 0 && gap < _open.Keys.Last() && _open.GetValueOrDefault(gap) is not { IsRead: true } ? gap : null;
    }

    /// <summary>False: nothing new.</summary>
    private bool Insert(List<StepCommit> known, StepCommit step)
    {
        if (known.Count == 0 || known[^1].Step < step.Step)
        {
            known.Add(step);
            return true;
        }

        var place = known.FindIndex(other => other.Step >= step.Step);
        if (known[place].Step != step.Step)
        {
            known.Insert(place, step);
            return true;
        }

        if (known[place].Generation >= step.Generation)
        {
            return false;
        }

        if (known[place].GradientHash != step.GradientHash)
        {
            _changed.Add((known[place], step));
        }

        known[place] = step;
        return true;
    }

    /// <summary>Steps that came before a gap was filled count when it is.</summary>
    private void CountRecorded()
    {
        while (_open.TryGetValue(Recorded / segmentLength, out var segment))
        {
            var known = segment.Stored.Steps;
            var before = Recorded;
            for (var place = known.FindIndex(step => step.Step == before); place >= 0 && place < known.Count && known[place].Step == Recorded; place++)
            {
                Recorded++;
            }

            if (Recorded == before)
            {
                return;
            }
        }
    }

    private sealed class OpenSegment
    {
        public StepSegment Stored { get; set; } = new();

        /// <summary>What the store has of it is in it.</summary>
        public bool IsRead { get; set; }

        /// <summary>The first step that was taken in is its first one.</summary>
        public bool BeganHere { get; init; }

        public StepSegment Copy() => new() { Steps = [.. Stored.Steps] };
    }
}
