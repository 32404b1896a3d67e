using Sheaf.Contracts.Messages;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <content>Doing what is due, and making a change a fact: written, told, carried out.</content>
public sealed partial class RunLeader
{
    /// <summary>Does what is due. What fails is said, and due again at the next tick.</summary>
    private async Task TrySettle()
    {
        Wake();
        if (_rest.IsOn && Session is { } session && Run!.State == RunState.Running && (_inVain || !IsBroken(session)))
        {
            GoOn(session);
            return;
        }

        var asked = time.GetTimestamp();
        _isFirst = false;
        try
        {
            (_waitsFor, _inVain) = ("", false);
            await Settle();
            (Trouble, _storeFailed) = (_waitsFor, false);
            _rest.End();
        }
        catch (Exception e)
        {
            if (_inVain)
            {
                RestAfter(e, asked);
            }

            if (Trouble != e.Message)
            {
                ports.Warn(Run!.Id, e);
            }

            (Trouble, _storeFailed) = (e.Message, e is StateStoreException or TimeoutException);
        }
    }

    /// <summary>It cannot go on as it is, which does not wait for a store that rests; but it is not tried again at each turn.</summary>
    private bool IsBroken(GenerationSession session) => session.Faults.Count > 0 || session.Disagreement is not null || LossRule.Of(Run!, session, ports.IsDead, Now) is not null;

    /// <summary>While this process stood still, or a turn waited that heard no reports, nobody was silent: the leader was deaf.</summary>
    private void Wake()
    {
        var pause = Now - _awake;
        if (pause > MostPause)
        {
            Session?.Pulse.SleptThrough(pause - MostPause);
        }

        _awake = Now;
    }

    /// <summary>A store that is away, or slow to say so, would hold up every turn. Until one goes well to its end.</summary>
    private void RestAfter(Exception failure, long asked)
    {
        if (failure is StateStoreException or TimeoutException)
        {
            _rest.After(asked);
        }
    }

    private async Task Settle()
    {
        if (Run is null)
        {
            return;
        }

        await SweepWhatEnded();
        if (_mustRelease)
        {
            await Release(Run);
        }

        if (Session is { } session)
        {
            await Follow(session);
        }

        for (var attempt = 0; attempt < MostAttempts && Session is null; attempt++)
        {
            if (Run is { State: RunState.Queued or RunState.Recovering, Workers.Count: 0, Desired: DesiredState.Run } && _asking.IsDue(Now))
            {
                await RequestDevices();
            }

            if (Run is not { IsTerminal: false, Workers.Count: > 0 } || !await Regroup())
            {
                break;
            }
        }

        if (_mustHold && Session is not null && _holding.IsCompleted)
        {
            _holding = Hold(Run);
        }

        await _news.Send();
    }

    /// <summary>A change that ends the generation. Where it cannot be written it waits as long as all else does, and everything stays as it is: whoever was given up may be there again by then.</summary>
    private async Task Decide(RunChange change)
    {
        _inVain = true;
        await Apply(change);
        _inVain = false;
    }

    private async Task Apply(RunChange change, RunNews? news = null)
    {
        var before = Run;
        if (change.Record != before)
        {
            var next = change.Record.IsTerminal ? change.Record with { Step = Math.Max(change.Record.Step, Session?.Step ?? 0) } : change.Record;
            await ports.Write(next);
            Run = next;
            _acted = true;
            _since = before?.State == Run.State ? _since : Now;
            _mustSweep |= Run.IsTerminal || Run.State == RunState.Paused;
            (_lookAgain, _anew) = (double.NegativeInfinity, _anew || Run.AnewAfter != before?.AnewAfter);
            var step = Session?.Generation == Run.Generation ? Session.Step : Math.Max(Session?.Step ?? 0, Run.Checkpoints.Count > 0 ? Run.Checkpoints[^1].Step : 0);
            var happened = RunEvents.Of(before, Run, time.GetUtcNow());
            _news.Add((news ?? new RunNews()) with { Snapshot = _context!.Snapshot(Run, step), Checkpoints = Run.Checkpoints, Events = happened is null ? [] : new[] { happened } });
            _telling = TryTell(Run.IsTerminal);
            if (!change.Effects.HasFlag(RunEffects.Regroup))
            {
                await _telling;
            }
        }

        if (change.Effects.HasFlag(RunEffects.StopWorkers))
        {
            Session = null;
            await Task.WhenAll(before!.Workers.Concat(before.Sources).Where(worker => !ports.IsDead(worker.SiloAddress)).Select(worker => ports.Stop(Run!.Id, worker, before.Generation, Run.Reason)));
        }

        await SweepWhatEnded();
        if (change.Effects.HasFlag(RunEffects.ReleaseDevices))
        {
            (Session, _mustRelease) = (null, true);
            Joiners.Clear();
            await Release(Run!);
        }

        if (change.Effects.HasFlag(RunEffects.RequestDevices))
        {
            _asking.Expire();
        }
    }

    /// <summary>Not awaited: the pool may have been on the silo that died, and the workers run meanwhile. Never fails.</summary>
    private async Task Hold(RunRecord run)
    {
        _mustHold = false;
        try
        {
            await ports.Hold(run.Id, run.Workers.Select(LeasePlanner.DeviceOf).ToArray());
        }
        catch (Exception e)
        {
            _mustHold = true;
            ports.Warn(run.Id, e);
        }
    }

    /// <summary>After what the pool was told before: of two words to it the later one counts.</summary>
    private async Task Release(RunRecord run)
    {
        await _holding;
        await ports.Release(run.Id);
        (_mustRelease, _mustHold) = (false, false);
    }

    private WorkerPlace[] Alive(IReadOnlyList<WorkerPlace> workers) => workers.Where(worker => !ports.IsDead(worker.SiloAddress)).ToArray();

    /// <summary>The change is written: its effects must follow, even if nobody can be told of it now. A new generation begins meanwhile. Never fails.</summary>
    private async Task TryTell(bool flush)
    {
        var asked = time.GetTimestamp();
        try
        {
            await (flush ? _news.Flush() : _news.Send());
        }
        catch (Exception e)
        {
            RestAfter(e, asked);
            ports.Warn(Run!.Id, e);
        }
    }
}
