using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>
/// What the workers of one experiment on this silo have applied, across generations, until the store is known to have it: whether it was reported and
/// acknowledged does not matter, for whoever acknowledged it may die. Thread-safe.
/// </summary>
internal sealed class StepLog
{
    private readonly Lock _gate = new();
    private readonly List<StepRecord> _records = [];
    private long _durable;
    private long _open;

    /// <summary>By step; those of one step by generation and worker.</summary>
    public IReadOnlyList<StepRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return _records.OrderBy(record => record.Step).ThenBy(record => record.Generation).ThenBy(record => record.Worker).ToArray();
            }
        }
    }

    /// <summary>False: the record's generation is closed, so the record must not be reported.</summary>
    public bool Add(StepRecord record)
    {
        lock (_gate)
        {
            if (record.Generation < _open)
            {
                return false;
            }

            if (record.Step >= _durable)
            {
                _records.Add(record);
            }

            return true;
        }
    }

    /// <summary>Steps below <paramref name="durable"/> are on the store.</summary>
    public void Trim(long durable)
    {
        lock (_gate)
        {
            if (durable > _durable)
            {
                _durable = durable;
                _records.RemoveAll(record => record.Step < durable);
            }
        }
    }

    /// <summary>Generations below <paramref name="generation"/> add nothing more: what is reported of them from now on stays true.</summary>
    public void Close(long generation)
    {
        lock (_gate)
        {
            _open = Math.Max(_open, generation);
        }
    }

    /// <summary>A generation begins at <paramref name="step"/>: it does the steps from there on itself.</summary>
    public void CutFrom(long step)
    {
        lock (_gate)
        {
            _records.RemoveAll(record => record.Step >= step);
        }
    }
}
