using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>The threads of a generation's workers on this silo, and the group in which they reduce. Thread-safe.</summary>
internal sealed class GenerationThreads(AssignedGeneration generation, HostServices services, LeaseClock lease) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerSlot> _slots = [];
    private IExchange? _exchange;
    private LocalGroup? _group;
    private bool _complete;
    private bool _left;

    /// <summary>All workers of this silo are there, and have carried out Finish.</summary>
    public bool AreFinished
    {
        get
        {
            lock (_gate)
            {
                return _complete && _slots.Values.All(slot => slot.IsFinished);
            }
        }
    }

    /// <summary>Their end has been requested.</summary>
    public bool HaveLeft
    {
        get
        {
            lock (_gate)
            {
                return _left;
            }
        }
    }

    /// <summary>What ended the reduction; null: nothing did.</summary>
    public Exception? AbortedBy => _group?.AbortedBy;

    /// <summary>All workers that were added.</summary>
    public WorkerSlot[] All
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.ToArray();
            }
        }
    }

    /// <summary>Adds a worker, once. True: all of this silo are there now, and may begin.</summary>
    public bool Add(WorkerSlot slot)
    {
        lock (_gate)
        {
            if (_left || !_slots.TryAdd(slot.Number, slot) || _complete || _slots.Count < generation.Mine.Count)
            {
                return false;
            }

            return _complete = true;
        }
    }

    /// <summary>Starts the threads. False: their end was requested meanwhile.</summary>
    public bool Begin(LoadedGeneration loaded)
    {
        lock (_gate)
        {
            _exchange = loaded.Exchange;
            if (_left)
            {
                return false;
            }

            var leases = generation.Mine.Select(worker => new Lease(worker.Number, worker.Shards)).ToArray();
            var group = _group = new(generation.Spec.Shards, leases, loaded.ReductionLength, _exchange, generation.Assignment.Generation);
            foreach (var slot in _slots.Values.OrderBy(slot => slot.Number))
            {
                slot.Begin(sink => new TrainingWorker(Options(sink, loaded), group, sink, services.Time));
            }

            return true;
        }
    }

    /// <summary>False: the worker is not here, or the generation is over for it.</summary>
    public bool Direct(int worker, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(worker, out var slot) || _group is { IsAborted: true } || !lease.IsHeld)
            {
                return false;
            }

            lease.Renew();
            slot.Direct(directives);
            return true;
        }
    }

    /// <summary>What <see cref="Direct"/> does, for all workers here; says nothing of the lease.</summary>
    public void GoOn(IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (_group is not { IsAborted: true } && lease.IsHeld)
            {
                foreach (var slot in _slots.Values)
                {
                    slot.Direct(directives);
                }
            }
        }
    }

    /// <summary>Every thread that still runs ends and reports why; threads whose end was requested do not report.</summary>
    public void Break(string reason)
    {
        WorkerSlot[] slots;
        lock (_gate)
        {
            slots = _left ? [] : _slots.Values.ToArray();
        }

        Array.ForEach(slots, slot => slot.Break(reason));
    }

    /// <summary>From here on nothing is added and nothing begins.</summary>
    public WorkerSlot[] Leave()
    {
        lock (_gate)
        {
            _left = true;
            return _slots.Values.ToArray();
        }
    }

    /// <summary>Frees what the threads left and the group; only when every thread has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var slot in _slots.Values)
            {
                slot.Free();
            }

            _group?.Dispose();
            (_exchange as IDisposable)?.Dispose();
        }
    }

    private WorkerOptions Options(WorkerSlot slot, LoadedGeneration loaded)
    {
        var assignment = generation.Assignment;
        var (reuse, from) = loaded.State.Take(slot.Place.Device);
        return new()
        {
            Spec = generation.Spec,
            Data = loaded.Data,
            ExperimentId = assignment.ExperimentId,
            Worker = slot.Number,
            Generation = assignment.Generation,
            Shards = slot.Place.Shards,
            IsLeader = slot.IsLeader,
            Device = slot.Place.Device,
            StartStep = assignment.From.Step,
            From = from,
            Reuse = reuse,
            Lease = lease,
            ReadCheckpoint = path => services.Store.ReadAsync(path).GetAwaiter().GetResult(),
            SpecYaml = assignment.SpecYaml,
            Packages = services.Datasets.Packages,
            Faults = services.Faults,
        };
    }
}
