using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// What this silo keeps of one experiment while no worker of it runs here: the state before the furthest step that a worker had reached, in the replicas
/// themselves where they can be used again, and the records of steps that the store may not have. Thread-safe.
/// </summary>
internal sealed class StateCache
{
    private readonly Lock _gate = new();
    private readonly List<KeptReplica> _replicas = [];
    private readonly List<KeptReplica> _prepared = [];
    private CheckpointSnapshot? _snapshot;

    public StepLog Records { get; } = new();

    /// <summary>The first step that is not in the kept state; null: none is kept.</summary>
    public long? Step
    {
        get
        {
            lock (_gate)
            {
                return StepOf(_replicas, _snapshot);
            }
        }
    }

    /// <summary>
    /// Takes in what a generation's workers left. Of this and what was there, the furthest counts; what is behind serves to be filled anew.
    /// </summary>
    public void Keep(IReadOnlyList<KeptReplica> replicas, CheckpointSnapshot? snapshot)
    {
        lock (_gate)
        {
            _replicas.AddRange(replicas);
            if (snapshot is not null && (_snapshot is null || snapshot.Step >= _snapshot.Step))
            {
                _snapshot = snapshot;
            }
        }
    }

    /// <summary>A replica that was built ahead: it holds no state of the run.</summary>
    public void AddPrepared(KeptReplica replica)
    {
        lock (_gate)
        {
            _prepared.Add(replica);
        }
    }

    /// <summary>A copy of the kept state before <paramref name="step"/>, made once. Null: another one is kept, or none.</summary>
    public CheckpointSnapshot? SnapshotAt(long step)
    {
        lock (_gate)
        {
            if (_snapshot?.Step == step)
            {
                return _snapshot;
            }

            return _replicas.Find(replica => replica.Step == step) is { } replica ? _snapshot = replica.Capture() : null;
        }
    }

    /// <summary>How many replicas on these rows are at <paramref name="step"/>.</summary>
    public int CountAt(long step, DataBundle data)
    {
        lock (_gate)
        {
            return _replicas.Count(replica => replica.Step == step && replica.IsOn(data));
        }
    }

    /// <summary>Gives away a replica with the state before <paramref name="step"/>; null: there is none on these rows.</summary>
    public KeptReplica? TakeAt(long step, DataBundle data, string device)
    {
        lock (_gate)
        {
            return Take(_replicas, device, replica => replica.Step == step && replica.IsOn(data));
        }
    }

    /// <summary>Gives away a replica whose state is not needed, to be filled with another state; null: there is none on these rows.</summary>
    public KeptReplica? TakeVessel(DataBundle data, string device)
    {
        lock (_gate)
        {
            var furthest = StepOf(_replicas, _snapshot);
            return Take(_prepared, device, replica => replica.IsOn(data)) ?? Take(_replicas, device, replica => replica.Step < furthest && replica.IsOn(data));
        }
    }

    /// <summary>Gives away a replica with the weights that the seed gives; null: there is none on these rows.</summary>
    public KeptReplica? TakePrepared(DataBundle data, string device)
    {
        lock (_gate)
        {
            return Take(_prepared, device, replica => replica.IsOn(data));
        }
    }

    /// <summary>Frees the state; the records stay.</summary>
    public void DropState()
    {
        lock (_gate)
        {
            _replicas.ForEach(replica => replica.Dispose());
            _prepared.ForEach(replica => replica.Dispose());
            _replicas.Clear();
            _prepared.Clear();
            _snapshot = null;
        }
    }

    /// <summary>Frees the state and forgets the records.</summary>
    public void Drop()
    {
        DropState();
        Records.CutFrom(0);
    }

    private static long? StepOf(List<KeptReplica> replicas, CheckpointSnapshot? snapshot)
    {
        var step = snapshot?.Step;
        foreach (var replica in replicas)
        {
            step = Math.Max(step ?? replica.Step, replica.Step);
        }

        return step;
    }

    /// <summary>One that is on the device already before any other: a move costs a copy of the state.</summary>
    private static KeptReplica? Take(List<KeptReplica> from, string device, Predicate<KeptReplica> fits)
    {
        var place = from.FindIndex(replica => fits(replica) && replica.IsOn(device));
        place = place < 0 ? from.FindIndex(fits) : place;
        if (place < 0)
        {
            return null;
        }

        var taken = from[place];
        from.RemoveAt(place);
        return taken;
    }
}
