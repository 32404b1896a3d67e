using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;
using Sheaf.Training;
using Sheaf.Training.Replicas;
using Sheaf.Transport.Exchange;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The workers of one experiment and one generation on this silo, from their assignment to their end: has what they share loaded, their threads started,
/// and what they tell kept until it is reported. Thread-safe.
/// </summary>
internal sealed class GenerationHost : IDisposable
{
    private readonly HostServices _services;
    private readonly AssignedGeneration _generation;
    private readonly StateCache _kept;
    private readonly GenerationLoader _loader;
    private readonly GenerationThreads _threads;
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _made;
    private Task _preparing = Task.CompletedTask;
    private int _stepped;
    private int _lapsed;

    /// <param name="before">Done when nothing of an earlier generation is in the way.</param>
    /// <param name="late">Takes a checkpoint that is written when this generation has ended here.</param>
    /// <param name="isWanted">Whether checkpoints of this generation may still be of use.</param>
    public GenerationHost(
        Assignment assignment,
        HostServices services,
        StateCache kept,
        Task before,
        Func<CheckpointRecord, IReadOnlyDictionary<string, double>, Task> late,
        Func<bool> isWanted)
    {
        (_services, _kept) = (services, kept);
        _made = services.Time.GetTimestamp();
        _generation = new(assignment, services.SiloAddress);
        Lease = new(services.Time, services.Options.Lease);
        Checkpoints = new(_generation, services, Lease, Buffer, late, isWanted);
        _loader = new(_generation, services, kept, Lease, before);
        _threads = new(_generation, services, Lease);
    }

    public string ExperimentId => _generation.Assignment.ExperimentId;

    public long Generation => _generation.Assignment.Generation;

    public int Shards => _generation.Spec.Shards;

    public TimeSpan Age => _services.Time.GetElapsedTime(_made);

    public LeaseClock Lease { get; }

    public ReportBuffer Buffer { get; } = new();

    public GenerationCheckpoints Checkpoints { get; }

    /// <summary>What it waits for before it can begin; empty: nothing.</summary>
    public string Waits => _loader.Waits;

    /// <summary>Every worker of this silo has carried out Finish, and nothing is being written.</summary>
    public bool IsFinished => _threads.AreFinished && Volatile.Read(ref _preparing).IsCompleted && Checkpoints.Idle.IsCompleted;

    public IReadOnlyList<WorkerPlace> Places => Array.ConvertAll(_threads.All, slot => slot.Place);

    public IReadOnlyList<WorkerActivity> Activities => Array.ConvertAll(_threads.All, slot => slot.Activity);

    /// <summary>Workers whose thread has begun and not ended.</summary>
    public IReadOnlyList<int> Running => _threads.All.Where(slot => !slot.Ended.IsCompleted).Select(slot => slot.Number).Order().ToArray();

    public void Signal() => _services.Signal();

    public void Log(int worker, string level, string message) => _services.Logs.Write(ExperimentId, RunLogs.Worker(worker), level, message);

    /// <summary>Adds one of this silo's workers; when all of the generation are there, loading begins. Not while <see cref="Leave"/> is called.</summary>
    public void Add(Assignment assignment)
    {
        if (_threads.Add(new(this, assignment)))
        {
            Volatile.Write(ref _preparing, Task.Run(Prepare));
        }
    }

    /// <inheritdoc cref="GenerationThreads.Direct"/>
    public bool Direct(int worker, IReadOnlyList<Directive> directives) => _threads.Direct(worker, directives);

    /// <inheritdoc cref="GenerationThreads.GoOn"/>
    public void GoOn(IReadOnlyList<Directive> directives) => _threads.GoOn(directives);

    /// <summary>Ends the generation here where its lease has lapsed; the reports go on, and say so.</summary>
    public void EndIfLapsed()
    {
        if (!Lease.IsHeld && !_threads.HaveLeft && Interlocked.Exchange(ref _lapsed, 1) == 0)
        {
            var end = $"so generation {Generation} ended on silo '{_services.Silo}'; its state is kept";
            Break($"the coordinator was not heard for {_services.Options.Lease.TotalSeconds:F0} s, {end}");
        }
    }

    /// <summary>The generation cannot go on here: every thread that still runs ends, and says why.</summary>
    public void Break(string reason) => _threads.Break(reason);

    /// <summary>
    /// Tells every thread to end and waits for that, <see cref="GenerationOptions.EndWithin"/> at most. What they left is the caller's; the rest is freed, as
    /// soon as no thread uses it.
    /// </summary>
    public async Task<GenerationRemains> Leave(string reason)
    {
        var slots = _threads.Leave();
        Checkpoints.Leave();
        await _stopping.CancelAsync();
        Array.ForEach(slots, slot => slot.Stop(reason));
        try
        {
            var ended = WhenEnded(slots);
            await ended.WaitAsync(_services.Options.EndWithin, _services.Time);
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
            Dispose();
            return new(kept, null, []);
        }

        // A stuck thread may read the gradients that the other replicas hold: they stay as they are until it has ended.
        var late = $"its thread has not ended after {_services.Options.EndWithin.TotalSeconds:F0} s: generation {Generation} goes on without it";
        Array.ForEach(stuck, slot => Log(slot.Number, "error", late));
        var snapshot = kept.MaxBy(replica => replica.Step)?.Capture();
        _ = FreeLater(slots, kept);
        return new([], snapshot, stuck);
    }

    /// <summary>Frees what the threads left; only when all of them have ended (<see cref="Leave"/> does it).</summary>
    public void Dispose()
    {
        _threads.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// A step is applied here. From the first one on every silo of the generation has its state, for all took part in the reduction: what was kept of
    /// earlier ones is freed.
    /// </summary>
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

    /// <summary>A thread ended by itself and reported no failure: the generation is over on it.</summary>
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
    private LostPeer? LostSilo() => _threads.AbortedBy switch
    {
        PeerLostException lost => new() { SiloAddress = lost.Silo, Reason = lost.Message },
        FrameRefusedException refused => new() { SiloAddress = refused.Silo, Reason = refused.Message },
        _ => null,
    };

    private async Task Prepare()
    {
        try
        {
            var loaded = await _loader.Load(_stopping.Token);
            if (_threads.Begin(loaded) && loaded.State.Note is { } note)
            {
                Buffer.Note(_generation.IsAllHere ? note : $"silo '{_services.Silo}' {note}");
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Ended while it was loading.
        }
        catch (Exception e)
        {
            var worker = _generation.Mine[0].Number;
            var step = _generation.Assignment.From.Step;
            var failure = new WorkerFailure { Step = step, OfTheRun = e is TrainingException, Message = $"silo '{_services.Silo}': {e.Message}" };
            Buffer.Fault(new() { Worker = worker, Failure = failure });
            Log(worker, "error", failure.Message);
            Signal();
        }
    }

    private async Task WhenEnded(WorkerSlot[] slots)
    {
        await Volatile.Read(ref _preparing);
        await Task.WhenAll(slots.Select(slot => slot.Ended));
    }

    private async Task FreeLater(WorkerSlot[] slots, IReadOnlyList<KeptReplica> kept)
    {
        await WhenEnded(slots);
        foreach (var replica in kept)
        {
            replica.Dispose();
        }

        Dispose();
    }
}
