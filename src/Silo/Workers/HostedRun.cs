using System.Diagnostics.CodeAnalysis;
using Sheaf.Contracts.Messages;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Workers;

/// <summary>
/// One experiment on this silo, across its generations: at most one of them runs, what an ended one left is kept for the next, and lower ones are refused. Thread-safe.
/// </summary>
internal sealed partial class HostedRun(string experimentId, LocalRunServices services)
{
    /// <summary>How long the state of a run that was finished in order, or that this silo only prepared for, is kept when nobody asks for it: it is in a checkpoint, or nowhere needed.</summary>
    public static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(10);

    /// <summary>How long it is kept otherwise: the run goes on elsewhere and does not say so to silos that it has left, or its coordinator has been away for as long.</summary>
    public static readonly TimeSpan MostKept = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly GenerationFence _fence = new();
    private readonly KeptRun _kept = new();
    private readonly List<WorkerSlot> _stuck = [];
    private readonly List<Action<ReportBuffer>> _late = [];
    private RunReporter? _reporter;
    private RunPreparation? _preparation;
    private KeptState? _answer;
    private Task _leaving = Task.CompletedTask;
    private long _newlyStuck = -1;
    private bool _mayForget = true;
    private long _unwanted = -1;
    private long _touched = services.Time.GetTimestamp();

    public string ExperimentId => experimentId;

    /// <summary>Null: no generation runs here.</summary>
    public RunReporter? Reporter
    {
        get
        {
            lock (_gate)
            {
                return _reporter;
            }
        }
    }

    /// <summary>The devices that are in use.</summary>
    public IReadOnlyList<WorkerPlace> Places
    {
        get
        {
            lock (_gate)
            {
                return [.. _reporter?.Run.Places ?? [], .. _stuck.Where(slot => !slot.Ended.IsCompleted).Select(slot => slot.Place)];
            }
        }
    }

    /// <summary>Nothing is here that anybody will ask for.</summary>
    public bool IsForgettable
    {
        get
        {
            lock (_gate)
            {
                return _reporter is null && _leaving.IsCompleted && services.Time.GetElapsedTime(_touched) >= (_mayForget ? MostIdle : MostKept);
            }
        }
    }

    public bool Start(Assignment assignment)
    {
        lock (_gate)
        {
            Touch();
            if (!_fence.MayStart(assignment.Generation))
            {
                return false;
            }

            if (_reporter is { } lower && lower.Run.Generation < assignment.Generation)
            {
                Leave(lower, $"generation {assignment.Generation} begins");
            }

            if (_reporter is null)
            {
                services.Peers.Link(assignment.Workers);
                var before = Task.WhenAll(_leaving, _preparation?.Settled ?? Task.CompletedTask);
                var run = new LocalRun(assignment, services, _kept, before, Late, () => IsWanted(assignment.Generation));
                _late.ForEach(tell => tell(run.Buffer));
                _late.Clear();
                _reporter = new(run, _kept, services, GoOn);
                (_answer, _mayForget) = (null, false);
            }

            _reporter.Run.Add(assignment);
            return true;
        }
    }

    public bool Direct(int worker, long generation, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            return _reporter is { } reporter && reporter.Run.Generation == generation && generation == _fence.Highest && reporter.Run.Direct(worker, directives);
        }
    }

    private void GoOn(LocalRun run, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (_reporter?.Run == run && run.Generation == _fence.Highest)
            {
                run.GoOn(directives);
            }
        }
    }

    public async Task<KeptState> Survey(long generation, CancellationToken cancellationToken)
    {
        Task leaving;
        lock (_gate)
        {
            Touch();
            if (_answer is { } known && known.Generation == generation && generation == _fence.Highest)
            {
                return known with { Reachable = Reachable };
            }

            if (!_fence.MaySurvey(generation))
            {
                return StateOf(null);
            }

            _answer = null;

            if (_reporter is { } lower && lower.Run.Generation < generation)
            {
                Leave(lower, $"generation {generation} asks for its state");
            }

            leaving = _leaving;
        }

        await leaving.WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (_fence.Highest > generation || _reporter is not null)
            {
                // Somebody else was quicker, and what is kept has another use already.
                return StateOf(null);
            }

            _kept.Records.Close(generation);
            return _answer ??= StateOf(_kept.Step) with { Records = _kept.Records.Records, Stuck = TakeNewlyStuck(generation) };
        }
    }

    /// <summary>True: done. False: still at it. Throws the reason where it failed; the next call tries again.</summary>
    public bool Prepare(Assignment assignment)
    {
        lock (_gate)
        {
            Touch();
            if (_preparation is null)
            {
                _preparation = new(assignment, services, _kept);
                _preparation.Start();
            }

            if (!_preparation.Done.IsCompleted)
            {
                return false;
            }

            if (!_preparation.Done.IsCompletedSuccessfully)
            {
                var failed = _preparation;
                _preparation = null;
                failed.Done.GetAwaiter().GetResult();
            }

            return true;
        }
    }

    public void Stop(long generation, string reason)
    {
        lock (_gate)
        {
            if (_fence.MayStop(generation))
            {
                Volatile.Write(ref _unwanted, generation);
                Drop(reason);
            }
        }
    }

    /// <summary>Ends everything and frees it; done when no thread is left that ends in time.</summary>
    public Task End(string reason)
    {
        lock (_gate)
        {
            Drop(reason);
            return _leaving;
        }
    }

    /// <summary>The reporter's generation is over by the coordinator's word, or done: its state is kept.</summary>
    /// <param name="inOrder">It was carried out to its Finish.</param>
    public void Over(RunReporter reporter, bool inOrder)
    {
        lock (_gate)
        {
            if (_reporter == reporter)
            {
                _mayForget = inOrder;
                Leave(reporter, "its generation is over");
            }
        }
    }

    /// <summary>A copy of the state that is kept here, for another silo.</summary>
    public bool TryGet(long step, [NotNullWhen(true)] out CheckpointSnapshot? state)
    {
        // Without the gate: a copy takes its time. Steps that are under way here do not change what is kept.
        state = _kept.SnapshotAt(step);
        return state is not null;
    }

    private IReadOnlyList<string> Reachable => services.Peers.Reachable.ToArray();

    private KeptState StateOf(long? step) => new()
    {
        Silo = services.Silo,
        SiloAddress = services.SiloAddress,
        Generation = _fence.Highest,
        Step = step,
        Reachable = Reachable,
    };

    /// <summary>Whether what that generation still writes may be of use. Of one that was stopped, whoever stopped it has taken away what it found.</summary>
    private bool IsWanted(long generation) => generation > Volatile.Read(ref _unwanted);

    private void Touch() => _touched = services.Time.GetTimestamp();
}
