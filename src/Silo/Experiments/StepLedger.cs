using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// The committed steps of one experiment, in segments of a fixed number of steps; only segments that changed are written. A step that is told again, after a
/// recovery, is compared with what is known. Not thread-safe: used within turns of one grain.
/// </summary>
/// <param name="durable">Steps below it are known to be on the store.</param>
public sealed class StepLedger(ISegmentStore store, int segmentLength, long durable = 0)
{
    private readonly SortedDictionary<long, StepSegment> _open = [];
    private readonly HashSet<long> _dirty = [];
    private long _highest = -1;

    public bool IsDirty => _dirty.Count > 0;

    /// <summary>Steps below it were taken in without a gap, by this ledger or one before it.</summary>
    public long Recorded { get; private set; } = durable;

    /// <summary>Steps below it are on the store.</summary>
    public long Durable { get; private set; } = durable;

    /// <summary>Segments of fewer steps where a step's record is large.</summary>
    public static int SegmentLength(int shards) => Math.Clamp(16 * 1024 / Math.Max(shards, 1), 16, 1024);

    /// <summary>Takes steps in. Gives those, as they are known, that are now told with other bits; the new ones take their place.</summary>
    public async Task<IReadOnlyList<StepCommit>> Append(IReadOnlyList<StepCommit> steps)
    {
        var changed = new List<StepCommit>();
        foreach (var step in steps)
        {
            var index = step.Step / segmentLength;
            if (!_open.TryGetValue(index, out var segment))
            {
                _open.Add(index, segment = await store.Read(index));
            }

            var known = segment.Steps;
            if (known.Count == 0 || known[^1].Step < step.Step)
            {
                known.Add(step);
            }
            else
            {
                var place = known.FindIndex(other => other.Step >= step.Step);
                if (known[place].Step != step.Step)
                {
                    known.Insert(place, step);
                }
                else if (known[place].Generation >= step.Generation)
                {
                    continue;
                }
                else
                {
                    if (known[place].GradientHash != step.GradientHash)
                    {
                        changed.Add(known[place]);
                    }

                    known[place] = step;
                }
            }

            _dirty.Add(index);
        }

        await CountRecorded(steps);

        return changed;
    }

    /// <summary>Steps that came before a gap was filled count when it is.</summary>
    private async Task CountRecorded(IReadOnlyList<StepCommit> steps)
    {
        foreach (var step in steps)
        {
            _highest = Math.Max(_highest, step.Step);
        }

        while (Recorded <= _highest)
        {
            var index = Recorded / segmentLength;
            var known = _open.TryGetValue(index, out var open) ? open.Steps : await Read(index);
            var before = Recorded;
            for (var place = (int)(Recorded % segmentLength); place < known.Count && known[place].Step == Recorded; place++)
            {
                Recorded++;
            }

            if (Recorded == before)
            {
                return;
            }
        }
    }

    /// <summary>Writes what changed. What fails stays to be written.</summary>
    public async Task Flush()
    {
        var recorded = Recorded;
        foreach (var index in _dirty.Order().ToArray())
        {
            await store.Write(index, _open[index]);
            _dirty.Remove(index);
        }

        Durable = Math.Max(Durable, recorded);

        foreach (var index in _open.Keys.SkipLast(1).ToArray())
        {
            _open.Remove(index);
            store.Drop(index);
        }
    }

    /// <summary>One segment's steps; empty where there is none.</summary>
    public async Task<IReadOnlyList<StepCommit>> Read(long index)
    {
        if (_open.TryGetValue(index, out var segment))
        {
            return segment.Steps.ToArray();
        }

        var read = await store.Read(index);
        if (!_open.ContainsKey(index))
        {
            store.Drop(index);
        }

        return read.Steps;
    }
}
