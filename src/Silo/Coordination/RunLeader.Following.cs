using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <content>A generation that is under way: who is lost, what is done, what comes next, who could join.</content>
public sealed partial class RunLeader
{
    /// <summary>A generation is under way: is anybody lost, is it over, is there more to do?</summary>
    private async Task Follow(GenerationSession session)
    {
        var run = Run!;
        if (LossRule.Of(run, session, ports.IsDead, Now) is { } loss)
        {
            await Lose(session, loss);
            return;
        }

        // What is heard while something is written is not in the ledger yet: the next turn acts on it.
        var finished = session.IsFinished;
        var asked = time.GetTimestamp();
        try
        {
            await Record(session, finished);
        }
        catch (Exception e)
        {
            // The store is away: what must be written waits, the steps do not.
            RestAfter(e, asked);
            GoOn(session);
            throw;
        }

        if (Run!.State is RunState.Starting or RunState.Recovering && session.AllReady)
        {
            if (!session.Agrees)
            {
                _distrust = true;
                _news.Say(time.GetUtcNow(), "warning", $"the workers of generation {session.Generation} do not begin with the same bits; it begins again from the last checkpoint");
                await Lose(session, new("the workers did not begin with the same bits", Alive(run.Workers), []));
                return;
            }

            _distrust = false;
            await Apply(RunMachine.Ready(Run, time.GetUtcNow()));

            // Whoever reported before has nothing to do and nothing to report, and would not hear of what others were granted meanwhile.
            Direct(session);
        }

        if (session.IsFinished && !finished)
        {
            return;
        }

        if (Run.Desired == DesiredState.Pause && Run.State != RunState.Running && session is { Waits.Length: > 0, BeganInMemory: false })
        {
            // Whatever it waits for, nothing would be lost: its last checkpoint is all that it has.
            await Decide(RunMachine.Drained(Run, time.GetUtcNow()));
            return;
        }

        if (Run.Desired == DesiredState.Run && session.HasStopped && !session.EndsPlan && _reshape is null)
        {
            // A pause was taken back: the state is in memory, and goes on from there.
            await Reshape((Run.Workers.Select(LeasePlanner.DeviceOf).ToArray(), "resumed"));
            return;
        }

        if (session.IsFinished && !session.IsComplete && _reshape is { } reshape && Run.Desired != DesiredState.Cancel)
        {
            await Reshape(reshape);
            return;
        }

        if (RunVerdict.Of(Run, session, session.IsComplete ? await Result(session) : null, time.GetUtcNow()) is { } verdict)
        {
            await Decide(verdict);
            return;
        }

        await PlanAhead(session);
    }

    /// <summary>Tells what happened, and makes the checkpoints count that can.</summary>
    private async Task Record(GenerationSession session, bool finished)
    {
        await _news.Send();
        await TellUnreadEpochs();

        // Before a checkpoint counts, the ledger on the store has every step below it, and so every worker has told of it: they will not be computed again.
        var due = _written.Where(checkpoint => checkpoint.Step <= session.CompleteStep).ToArray();
        if (finished || due.Length > 0)
        {
            await _news.Flush();
        }

        foreach (var written in due)
        {
            await Keep(written, session);
            _written.Remove(written);
        }
    }

    private async Task PlanAhead(GenerationSession session)
    {
        var run = Run!;
        if (!session.IsClosed)
        {
            if (run.Desired != DesiredState.Run)
            {
                session.Drain(checkpoint: run.Desired == DesiredState.Pause);
            }
            else if (run.State == RunState.Running)
            {
                await LookForJoiners();
                if (Roster.Next(run.Workers, _context!.Wanted(run), Joiners.Ready, Leaving) is { } next)
                {
                    _reshape = next;
                    session.Drain(checkpoint: next.Devices.Count == 0);
                }
            }
        }

        Grant(session);
    }

    /// <summary>What needs no store.</summary>
    private void GoOn(GenerationSession session)
    {
        if (Run!.Desired == DesiredState.Run && !session.IsFinished)
        {
            Grant(session);
        }
    }

    private void Grant(GenerationSession session)
    {
        if (session.Extend() || session.IsClosed || (session.Pulse.Stillness(Now) >= DirectAgain && _directing.IsDue(Now)))
        {
            Direct(session);
        }
    }

    /// <summary>Not awaited: a silo that does not answer must not hold up the others. What was not heard is said again.</summary>
    private void Direct(GenerationSession session)
    {
        foreach (var worker in Run!.Workers)
        {
            if (session.DirectivesOf(worker.Number) is { Count: > 0 } directives)
            {
                _ = ports.Direct(Run.Id, worker, session.Generation, directives);
            }
        }
    }

    /// <summary>Devices that the run could use are asked for, and their silos prepared, while it goes on.</summary>
    private async Task LookForJoiners()
    {
        var run = Run!;
        var held = run.Workers.Select(LeasePlanner.DeviceOf).ToArray();
        var missing = _context!.Wanted(run) - held.Count(device => !Leaving.Contains(device.SiloAddress));
        if (_asking.IsDue(Now) && missing > 0)
        {
            var answer = await ports.Request(Request(run, 1, held.Concat(Joiners.All).ToArray()) with { Max = held.Length + missing });
            Joiners.Add(answer.Granted.Except(held).Where(device => !Joiners.IsRefused(device.SiloAddress, Now) && !ports.IsDead(device.SiloAddress) && !Leaving.Contains(device.SiloAddress)));
        }

        foreach (var device in Joiners.Unready)
        {
            if (ports.IsDead(device.SiloAddress))
            {
                Joiners.Remove(device.SiloAddress);
                continue;
            }

            try
            {
                var place = LeasePlanner.Places(Spec!.Shards, [device])[0];
                if (await ports.Prepare(AssignmentOf(run with { Workers = new[] { place } }, place, new() { Step = 0 }, ReductionKind.Peer)))
                {
                    Joiners.Prepared(device);
                }
            }
            catch (Exception e)
            {
                Joiners.Refuse(device.SiloAddress, Now);
                _news.Say(time.GetUtcNow(), "warning", $"silo '{device.Silo}' cannot join: {e.Message}");
            }
        }
    }

    private async Task RequestDevices()
    {
        var run = Run!;
        var answer = await ports.Request(Request(run, Math.Min(Spec!.Workers.Min, _context!.Wanted(run)), []));
        await Apply(answer.Granted.Count > 0
            ? RunMachine.Granted(run, answer.Granted.Take(_context.Wanted(run)).ToArray(), answer.Fingerprint ?? "", Spec.Shards)
            : RunMachine.Waiting(run, answer.Reason ?? "waits for devices"));
    }

    private DeviceRequest Request(RunRecord run, int min, IReadOnlyList<DeviceGrant> held) => new()
    {
        ExperimentId = run.Id,
        Min = min,
        Max = _context!.Wanted(run),
        Fingerprint = Spec!.Bits == BitsPolicy.Strict && run.Fingerprint.Length > 0 ? run.Fingerprint : null,
        Held = held,
        Refused = Joiners.RefusedSilos(Now),
    };
}
