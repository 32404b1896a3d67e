using System.Diagnostics.CodeAnalysis;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Workers;

/// <summary>
/// One experiment on this silo, across its generations: at most one of them runs, what an ended one left is kept for the next, and lower ones are refused.
/// Thread-safe.
/// </summary>
internal sealed class ExperimentHost(string experimentId, HostServices services)
{
    private readonly Lock _gate = new();
    private readonly GenerationFence _fence = new();
    private readonly StateCache _kept = new();
    private readonly StuckWorkers _stuck = new();
    private readonly UntoldResults _untold = new();
    private readonly RetentionClock _retention = new(services.Options, services.Time);
    private ReportPump? _reporter;
    private ReplicaPreparation? _preparation;
    private KeptState? _answer;
    private Task _leaving = Task.CompletedTask;

    public string ExperimentId => experimentId;

    /// <summary>Null: no generation runs here.</summary>
    public ReportPump? Reporter
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
                return [.. _reporter?.Host.Places ?? [], .. _stuck.Places];
            }
        }
    }

    /// <summary>No coordinator will ask for what is here.</summary>
    public bool IsForgettable
    {
        get
        {
            lock (_gate)
            {
                return _reporter is null && _leaving.IsCompleted && _retention.IsOver;
            }
        }
    }

    public bool Start(Assignment assignment)
    {
        lock (_gate)
        {
            _retention.Touch();
            if (!_fence.MayStart(assignment.Generation))
            {
                return false;
            }

            if (_reporter is { } lower && lower.Host.Generation < assignment.Generation)
            {
                Leave(lower, $"generation {assignment.Generation} begins");
            }

            if (_reporter is null)
            {
                services.Peers.Link(assignment.Workers);
                var before = Task.WhenAll(_leaving, _preparation?.Settled ?? Task.CompletedTask);
                var run = new GenerationHost(assignment, services, _kept, before, Late, () => _fence.IsWanted(assignment.Generation));
                _untold.GiveTo(run.Buffer);
                _reporter = new(run, _kept, services, GoOn);
                (_answer, _retention.IsFinishedInOrder) = (null, false);
            }

            _reporter.Host.Add(assignment);
            return true;
        }
    }

    public bool Direct(int worker, long generation, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            return _reporter is { Host: var host } && host.Generation == generation && generation == _fence.Highest && host.Direct(worker, directives);
        }
    }

    private void GoOn(GenerationHost run, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (_reporter?.Host == run && run.Generation == _fence.Highest)
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
            _retention.Touch();
            if (_answer is { } known && known.Generation == generation && generation == _fence.Highest)
            {
                return known with { Reachable = Reachable };
            }

            if (!_fence.MaySurvey(generation))
            {
                return StateOf(null);
            }

            _answer = null;
            if (_reporter is { } lower && lower.Host.Generation < generation)
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
            return _answer ??= StateOf(_kept.Step) with { Records = _kept.Records.Records, Stuck = _stuck.TakeUntold(generation) };
        }
    }

    /// <summary>True: done. False: still at it. Throws the reason where it failed; the next call tries again.</summary>
    public bool Prepare(Assignment assignment)
    {
        lock (_gate)
        {
            _retention.Touch();
            var preparation = _preparation ??= new ReplicaPreparation(assignment, services, _kept).Start();
            var isOver = preparation.Done.IsCompleted;
            _preparation = isOver && !preparation.Done.IsCompletedSuccessfully ? null : preparation;
            if (isOver)
            {
                preparation.Done.GetAwaiter().GetResult();
            }

            return isOver;
        }
    }

    public void Stop(long generation, string reason)
    {
        lock (_gate)
        {
            if (_fence.MayStop(generation))
            {
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

    /// <summary>The reporter's generation is done, or the coordinator has ended it: its state is kept.</summary>
    /// <param name="inOrder">It was carried out to its Finish.</param>
    public void Over(ReportPump reporter, bool inOrder)
    {
        lock (_gate)
        {
            if (_reporter == reporter)
            {
                _retention.IsFinishedInOrder = inOrder;
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

    /// <summary>Under the gate. Requests the end of the threads and does not wait for it.</summary>
    private void Leave(ReportPump reporter, string reason, bool keep = true)
    {
        _retention.Touch();
        _reporter = null;
        _fence.End(reporter.Host.Generation);
        _leaving = LeaveAfter(_leaving, reporter, reason, keep);
    }

    private async Task LeaveAfter(Task before, ReportPump reporter, string reason, bool keep)
    {
        var leaving = reporter.Host.Leave(reason);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!leaving.IsCompletedSuccessfully)
        {
            // The next generation finds nothing here, and may begin.
            reporter.Host.Log(0, "error", $"what generation {reporter.Host.Generation} left could not be kept: {leaving.Exception?.InnerException?.Message}");
            _kept.DropState();
            return;
        }

        var left = await leaving;
        lock (_gate)
        {
            if (keep)
            {
                _kept.Keep(left.Replicas, left.Snapshot);
                _untold.Inherit([reporter.Unacknowledged, reporter.Host.Buffer.Take(services.Silo, reporter.Host.Generation)], _reporter?.Host.Buffer);
            }
            else
            {
                _kept.Keep(left.Replicas, null);
                _kept.Drop();
            }

            _stuck.Add(left.Stuck, reporter.Host.Generation);
            _retention.Touch();
        }
    }

    private Task Late(CheckpointRecord record, IReadOnlyDictionary<string, double> values)
    {
        lock (_gate)
        {
            if (_fence.IsWanted(record.Generation))
            {
                _untold.Add(record, values, _reporter?.Host.Buffer);
                return Task.CompletedTask;
            }
        }

        // It was just being finished when its generation was stopped.
        return UntoldResults.TakeAway(record, experimentId, services);
    }

    /// <summary>Under the gate.</summary>
    private void Drop(string reason)
    {
        _preparation?.Stop();
        (_preparation, _answer, _retention.IsFinishedInOrder) = (null, null, true);
        _untold.Drop();
        if (_reporter is { } reporter)
        {
            Leave(reporter, reason, keep: false);
        }
        else
        {
            _leaving = DropAfter(_leaving);
        }
    }

    private async Task DropAfter(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _kept.Drop();
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
}
