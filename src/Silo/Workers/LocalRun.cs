using System.Text.Json;
using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Collectives;
using Sheaf.Training.Collectives.Peers;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The workers of one experiment and one generation on this silo: loads what they share (data, the state to begin with, the group of the reduction), starts their
/// threads, and keeps what they tell until it is reported. Thread-safe.
/// </summary>
internal sealed partial class LocalRun : IDisposable
{
    /// <summary>How long the coordinator may be silent before this silo's part of the generation ends.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for threads; whoever takes longer is stuck.</summary>
    public static readonly TimeSpan MostEnding = TimeSpan.FromSeconds(3);

    /// <summary>How often data or checkpoints that are away are looked for.</summary>
    public static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(2);

    private readonly LocalRunServices _services;
    private readonly Assignment _assignment;
    private readonly KeptRun _kept;
    private readonly Task _before;
    private readonly Action<CheckpointRecord, IReadOnlyDictionary<string, double>> _late;
    private readonly Func<bool> _isWanted;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerSlot> _slots = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ExperimentSpec _spec;
    private readonly DataFacts _facts;
    private readonly long _totalSteps;
    private readonly long _made;
    private IExchange? _exchange;
    private LocalGroup? _group;
    private Task _preparing = Task.CompletedTask;
    private int _stepped;
    private bool _begun;
    private bool _left;
    private bool _lapsed;
    private string _waits = "";

    /// <param name="before">Done when nothing of an earlier generation is in the way.</param>
    /// <param name="late">Takes a checkpoint that is written when this generation has ended here.</param>
    /// <param name="isWanted">Whether checkpoints of this generation may still be of use.</param>
    public LocalRun(
        Assignment assignment, LocalRunServices services, KeptRun kept, Task before, Action<CheckpointRecord, IReadOnlyDictionary<string, double>> late, Func<bool> isWanted)
    {
        (_assignment, _services, _kept, _before, _late, _isWanted) = (assignment, services, kept, before, late, isWanted);
        _made = services.Time.GetTimestamp();
        _spec = SpecParser.Parse(assignment.SpecYaml, assignment.BasePath).Spec ?? throw new ArgumentException("The assignment's spec cannot be read.");
        _facts = JsonSerializer.Deserialize<DataFacts>(assignment.Dataset.FactsJson)!;
        _totalSteps = new RunPlan(_spec, _facts).TotalSteps;
        Lease = new(services.Time, LeaseTime);
        Checkpoints = new(Write, Written, NotWritten, services.Time);
    }

    public string ExperimentId => _assignment.ExperimentId;

    public long Generation => _assignment.Generation;

    public int Shards => _spec.Shards;

    public TimeSpan Age => _services.Time.GetElapsedTime(_made);

    public LeaseClock Lease { get; }

    public ReportBuffer Buffer { get; } = new();

    public CheckpointWriter Checkpoints { get; }

    /// <summary>What it waits for before it can begin; empty: nothing.</summary>
    public string Waits => Volatile.Read(ref _waits);

    /// <summary>Every worker of this silo has carried out Finish, and nothing is being written.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
            {
                return _begun && _preparing.IsCompleted && _slots.Values.All(slot => slot.IsFinished) && Checkpoints.Idle.IsCompleted;
            }
        }
    }

    public IReadOnlyList<WorkerPlace> Places
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.Select(slot => slot.Place).ToArray();
            }
        }
    }

    public IReadOnlyList<WorkerActivity> Activities
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.Select(slot => slot.Activity).ToArray();
            }
        }
    }

    /// <summary>Workers whose thread has begun and not ended.</summary>
    public IReadOnlyList<int> Running
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.Where(slot => !slot.Ended.IsCompleted).Select(slot => slot.Number).Order().ToArray();
            }
        }
    }

    public void Signal() => _services.Signal();

    public void Log(int worker, string level, string message) => _services.Logs.Write(ExperimentId, RunLogs.Worker(worker), level, message);

    /// <summary>Adds one of this silo's workers; when all of the generation are there, loading begins.</summary>
    public void Add(Assignment assignment)
    {
        lock (_gate)
        {
            if (!_left && _slots.TryAdd(assignment.Worker, new(this, assignment)) && !_begun && _slots.Count == Mine().Length)
            {
                _begun = true;
                _preparing = Task.Run(Prepare);
            }
        }
    }

    /// <summary>Ends the generation here where its lease has lapsed; the reports go on, and say so.</summary>
    public void EndIfLapsed()
    {
        lock (_gate)
        {
            if (_lapsed || _left || Lease.IsHeld)
            {
                return;
            }

            _lapsed = true;
        }

        Break($"the coordinator was not heard for {LeaseTime.TotalSeconds:F0} s, so generation {Generation} ended on silo '{_services.Silo}'; its state is kept");
    }

    /// <summary>The generation cannot go on here: every thread that still runs ends, and says why.</summary>
    public void Break(string reason)
    {
        WorkerSlot[] slots;
        lock (_gate)
        {
            slots = _left ? [] : _slots.Values.ToArray();
        }

        foreach (var slot in slots)
        {
            slot.Break(reason);
        }
    }

    /// <summary>Tells every thread to end and waits for that, <see cref="MostEnding"/> at most. What they left is the caller's; the rest is freed, as soon as no thread uses it.</summary>
    public async Task<RunLeft> Leave(string reason)
    {
        WorkerSlot[] slots;
        lock (_gate)
        {
            _left = true;
            slots = _slots.Values.ToArray();
        }

        Checkpoints.End();
        await _stopping.CancelAsync();
        Array.ForEach(slots, slot => slot.Stop(reason));
        try
        {
            var ended = WhenEnded(slots);
            await ended.WaitAsync(MostEnding, _services.Time);
        }
        catch (TimeoutException)
        {
            // They are told of as stuck.
        }

        var stuck = Array.FindAll(slots, slot => !slot.Ended.IsCompleted);
        var kept = slots.Except(stuck).Select(slot => slot.Keep()).OfType<KeptReplica>().ToList();
        _kept.Records.Close(Generation + 1);
        if (stuck.Length == 0)
        {
            Free(slots, []);
            return new(kept, null, []);
        }

        // A stuck thread may read the gradients that the other replicas hold: they stay as they are until it has ended.
        Array.ForEach(stuck, slot => Log(slot.Number, "error", $"its thread has not ended after {MostEnding.TotalSeconds:F0} s: generation {Generation} goes on without it"));
        var snapshot = kept.MaxBy(replica => replica.Step)?.Capture();
        _ = FreeLater(slots, kept);
        return new([], snapshot, stuck);
    }

    /// <summary>Frees the group; only when every thread has ended (<see cref="Leave"/> does it).</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _group?.Dispose();
            (_exchange as IDisposable)?.Dispose();
            _stopping.Dispose();
        }
    }

    /// <summary>A step is applied here. From the first one on every silo of the generation has its state, for all took part in the reduction: what was kept of earlier ones is freed.</summary>
    public void Applied(StepRecord record)
    {
        if (!_kept.Records.Add(record))
        {
            return;
        }

        Buffer.Step(record);
        if (Volatile.Read(ref _stepped) == 0 && Interlocked.Exchange(ref _stepped, 1) == 0)
        {
            _kept.DropState();

            // Whoever watches a recovery waits for this.
            Signal();
        }
    }

    /// <summary>A thread ended by itself and said no failure: its generation is over for it.</summary>
    public void Ended(WorkerSlot slot, long step, string reason)
    {
        if (LostSilo() is { } lost)
        {
            Buffer.Lost(lost);
        }
        else
        {
            Buffer.Fault(new() { Worker = slot.Number, Failure = new() { Step = step, OfTheRun = false, Message = reason } });
        }

        Log(slot.Number, "warning", $"ended at step {step}: {reason}");
        Signal();
    }

    /// <summary>The silo that the reduction failed with; null where it did not end that way.</summary>
    private LostPeer? LostSilo() => _group?.AbortedBy switch
    {
        PeerLostException lost => new() { SiloAddress = lost.Silo, Reason = lost.Message },
        FrameRefusedException refused => new() { SiloAddress = refused.Silo, Reason = refused.Message },
        _ => null,
    };

    private WorkerPlace[] Mine() => _assignment.Workers.Where(worker => worker.SiloAddress == _services.SiloAddress).ToArray();

    private async Task WhenEnded(WorkerSlot[] slots)
    {
        await _preparing;
        await Task.WhenAll(slots.Select(slot => slot.Ended));
    }

    private async Task FreeLater(WorkerSlot[] slots, IReadOnlyList<KeptReplica> kept)
    {
        await WhenEnded(slots);
        Free(slots, kept);
    }

    private void Free(WorkerSlot[] slots, IReadOnlyList<KeptReplica> kept)
    {
        Array.ForEach(slots, slot => slot.Free());
        foreach (var replica in kept)
        {
            replica.Dispose();
        }

        Dispose();
    }
}
