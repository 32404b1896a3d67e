using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// The committed steps of one experiment, in segments of a fixed number of steps; only segments that changed are written. A step that is told again, after a
/// recovery, is compared with what is known. Not thread-safe: used within turns of one grain.
/// </summary>
public sealed class StepLedger(ISegmentStore store, int segmentLength)
{
    private readonly SortedDictionary<long, StepSegment> _open = [];
    private readonly HashSet<long> _dirty = [];

    public bool IsDirty => _dirty.Count > 0;

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

        return changed;
    }

    /// <summary>Writes what changed. What fails stays to be written.</summary>
    public async Task Flush()
    {
        foreach (var index in _dirty.Order().ToArray())
        {
            await store.Write(index, _open[index]);
            _dirty.Remove(index);
        }

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
