using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The states of a run. Pure: a record and what happened give the next record and what to do. Terminal states absorb everything (but a user may resume
/// what failed because workers were lost, once that is mended), the generation only grows, and what the user wants is looked at again wherever a run could go
/// on.
/// </summary>
public static class RunMachine
{
    public static RunChange Want(RunRecord run, DesiredState desired, DateTimeOffset now)
    {
        if (run is { State: RunState.Failed, Resumable: true } && desired == DesiredState.Run)
        {
            return new(
                run with { State = RunState.Queued, Desired = desired, Reason = "waits for devices", Resumable = false, Ended = null },
                RunEffects.RequestDevices);
        }

        if (run.IsTerminal)
        {
            return run.State == RunState.Cancelled && desired == DesiredState.Cancel
                ? new(run)
                : new(run, Refusal: $"Experiment '{run.Id}' is {Text(run.State)} and stays so; submit it again under another id.");
        }

        if (run.Desired == DesiredState.Cancel && desired != DesiredState.Cancel)
        {
            return new(run, Refusal: $"Experiment '{run.Id}' is being cancelled.");
        }

        var wanted = run with { Desired = desired };
        return (desired, run.State) switch
        {
            (DesiredState.Run, RunState.Paused) => new(wanted with { State = RunState.Queued, Reason = "waits for devices" }, RunEffects.RequestDevices),
            (DesiredState.Run, _) => new(run.Desired == DesiredState.Run ? run : wanted with { Reason = "" }),
            (_, RunState.Running) when run.Desired == desired => new(run),
            (_, RunState.Running) => new(
                wanted with { Reason = desired == DesiredState.Pause ? "pauses at the next until" : "is cancelled at the next until" }),
            (DesiredState.Pause, RunState.Paused) => new(run),

            // What its silos kept is more than the last checkpoint has: it goes on just far enough to write one.
            (DesiredState.Pause, _) when run.Workers.Count > 0 => new(wanted with { Reason = "pauses when its workers are there" }),
            _ => Rest(wanted, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices),
        };
    }

    /// <summary>Gives the checkpoints up, and what is in memory: the next generation begins with the weights that the seed gives.</summary>
    public static RunChange Anew(RunRecord run)
    {
        if (run.IsTerminal && !run.Resumable)
        {
            return new(run, Refusal: $"Experiment '{run.Id}' is {Text(run.State)} and stays so; submit it again under another id.");
        }

        if (run.Desired == DesiredState.Cancel || run.State == RunState.Running)
        {
            return new(
                run,
                Refusal: run.State == RunState.Running ? $"Experiment '{run.Id}' is running; pause it first." : $"Experiment '{run.Id}' is being cancelled.");
        }

        var anew = run with
        {
            Desired = DesiredState.Run,
            Checkpoints = [],
            Aside = [],
            AnewAfter = run.Generation,
            Step = 0,
            Resumable = false,
            Ended = null,
            Losses = 0,
            Decisions = null,
        };
        return run.Workers.Count > 0
            ? new(
                anew with { Generation = run.Generation + 1, Cause = "begins anew", Reason = "begins anew from step 0" },
                RunEffects.StopWorkers | RunEffects.Regroup)
            : new(anew with { State = RunState.Queued, Reason = "waits for devices, to begin anew from step 0" }, RunEffects.RequestDevices);
    }

    /// <summary>Sets the number of workers.</summary>
    public static RunChange Scale(RunRecord run, int workers, int shards) => run.IsTerminal
        ? new(run, Refusal: $"Experiment '{run.Id}' is {Text(run.State)} and has no workers any more.")
        : workers < 1 || workers > shards
            ? new(run, Refusal: $"{workers} workers: experiment '{run.Id}' has {shards} shards, so it can have 1 to {shards} workers.")
            : new(run with { WantedWorkers = workers });

    /// <summary>The pool gave devices. Ignored where they are no longer wanted.</summary>
    public static RunChange Granted(RunRecord run, IReadOnlyList<DeviceGrant> devices, string fingerprint, int shards)
    {
        if (run.State is not (RunState.Queued or RunState.Recovering) || run.Desired != DesiredState.Run)
        {
            return new(run, run.Workers.Count == 0 ? RunEffects.ReleaseDevices : RunEffects.None);
        }

        var cause = run.Generation == 0 ? "submitted" : run.State == RunState.Queued ? "resumed" : run.Reason;
        return Begin(run with { Fingerprint = run.Fingerprint.Length > 0 ? run.Fingerprint : fingerprint }, RunState.Starting, devices, cause, shards);
    }

    /// <summary>The pool has no devices now.</summary>
    public static RunChange Waiting(RunRecord run, string reason) =>
        new(run.State is RunState.Queued or RunState.Recovering ? run with { Reason = reason } : run);

    /// <summary>All workers of the generation have data and weights.</summary>
    public static RunChange Ready(RunRecord run, DateTimeOffset now) => new(run.State is RunState.Starting or RunState.Recovering
        ? run with { State = RunState.Running, Reason = run.Desired == DesiredState.Pause ? "pauses at the next until" : "", Started = run.Started ?? now }
        : run);

    /// <summary>All workers finished early, because the user wanted so, or because there was no silo left that they could be on.</summary>
    public static RunChange Drained(RunRecord run, DateTimeOffset now) =>
        run.IsTerminal ? new(run) : Rest(run, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices);

    /// <summary>All workers finished early, to go on as other ones: in the next generation, on these devices.</summary>
    public static RunChange Reshaped(RunRecord run, IReadOnlyList<DeviceGrant> devices, string cause, int shards) =>
        run.IsTerminal ? new(run) : Begin(run, RunState.Starting, devices, cause, shards);

    /// <summary>
    /// The plan is carried out. A cancel or a pause that was accepted before counts all the same: a paused run has its last checkpoint, and evaluates again
    /// when it is resumed.
    /// </summary>
    public static RunChange Completed(RunRecord run, RunResult result, DateTimeOffset now) => run switch
    {
        { IsTerminal: true } => new(run),
        { Desired: not DesiredState.Run } => Drained(run, now),
        _ => new(
            run with { State = RunState.Completed, Reason = "", Result = result, Ended = now, Workers = [], Sources = [] },
            RunEffects.StopWorkers | RunEffects.ReleaseDevices),
    };

    /// <summary>A cancel that was accepted before counts: the run ends cancelled, and says what failed in it.</summary>
    public static RunChange Failed(RunRecord run, string reason, DateTimeOffset now, bool resumable = false)
    {
        var isCancelled = run.Desired == DesiredState.Cancel;
        return run.IsTerminal
            ? new(run)
            : new(
                run with
                {
                    State = isCancelled ? RunState.Cancelled : RunState.Failed,
                    Reason = reason,
                    Ended = now,
                    Workers = [],
                    Sources = [],
                    Resumable = resumable && !isCancelled
                },
                RunEffects.StopWorkers | RunEffects.ReleaseDevices);
    }

    /// <summary>
    /// Workers are gone through no fault of the run; <paramref name="step"/> steps were committed. The survivors go on in the next generation; where there are
    /// none, the run waits for devices and goes on from what the last checkpoint has.
    /// </summary>
    /// <param name="mostLosses">Losses in a row without one more step after which the experiment is at fault, not the cluster.</param>
    public static RunChange Lost(
        RunRecord run, IReadOnlyList<DeviceGrant> survivors, string reason, long step, int shards, int mostLosses, DateTimeOffset now, bool ofAWorker = false)
    {
        if (run.IsTerminal || run.State == RunState.Paused)
        {
            return new(run);
        }

        // Only what ran was lost by running: a silo that dies while the others regroup says nothing against the step.
        var counts = ofAWorker || run.State == RunState.Running;
        var lost = counts ? run with { Losses = run.LossStep == step ? run.Losses + 1 : 1, LossStep = step } : run;
        if (counts && lost.Losses >= mostLosses && run.Desired == DesiredState.Run)
        {
            return Failed(lost, $"{lost.Losses} times in a row workers were lost at step {step}, the last time because: {reason}", now, resumable: true);
        }

        return survivors.Count > 0 && run.Desired != DesiredState.Cancel
            ? Begin(lost, RunState.Recovering, survivors, reason, shards)
            : Rest(lost with { Reason = reason }, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices, RunState.Recovering);
    }

    /// <summary>The coordinator leaves its silo in order before it has begun the generation that is written: the next activation begins it.</summary>
    public static RunChange HandedOver(RunRecord run) =>
        new(run is { State: RunState.Starting or RunState.Recovering, Workers.Count: > 0 } ? run with { HandedOver = true } : run);

    /// <summary>A silo knows of a higher generation than the record's: the next one is above it.</summary>
    public static RunChange Outrun(RunRecord run, long generation) => run.IsTerminal || run.Workers.Count == 0
        ? new(run)
        : new(run with { Generation = Math.Max(run.Generation, generation) + 1 }, RunEffects.Regroup);

    /// <summary>
    /// An activation that finds a run of an earlier one never acts in the generation that it read: it writes the next one, for the workers that may be alive
    /// (<paramref name="alive"/>), and takes up from what they kept.
    /// </summary>
    public static RunChange Woken(RunRecord run, IReadOnlyList<DeviceGrant> alive, int shards, DateTimeOffset now)
    {
        const string Reason = "the coordinator was started anew";
        return run.State switch
        {
            RunState.Starting or RunState.Running or RunState.Recovering when run.Desired == DesiredState.Cancel => Rest(
                run, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices),
            RunState.Starting or RunState.Recovering when run is { HandedOver: true, Workers.Count: > 0 } && alive.Count > 0 => Begin(
                run, run.State, alive, run.Cause, shards),
            RunState.Starting or RunState.Running or RunState.Recovering when run.Workers.Count > 0 && alive.Count > 0 => Begin(
                run, RunState.Recovering, alive, Reason, shards),
            RunState.Starting or RunState.Running or RunState.Recovering when run.Desired == DesiredState.Pause => Rest(
                run, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices),
            RunState.Starting or RunState.Running => new(
                run with { State = RunState.Recovering, Reason = Reason, Workers = [], Sources = [] },
                RunEffects.StopWorkers | RunEffects.ReleaseDevices | RunEffects.RequestDevices),
            RunState.Queued or RunState.Recovering => new(run with { Workers = [], HandedOver = false }, RunEffects.RequestDevices),
            _ => new(run),
        };
    }

    public static RunChange Checkpoints(RunRecord run, IReadOnlyList<CheckpointRecord> kept, long step, long samples, double seconds) => new(
        run with { Checkpoints = kept, Step = Math.Max(step, run.Step), TrainedSamples = samples, TrainedSeconds = seconds });

    public static string Text(RunState state) => state.ToString().ToLowerInvariant();

    /// <summary>The next generation. Workers of the one before that are not in it may still have the state.</summary>
    private static RunChange Begin(RunRecord run, RunState state, IReadOnlyList<DeviceGrant> devices, string cause, int shards)
    {
        var workers = LeasePlanner.Places(shards, devices);

        // Once all workers of a generation were ready, nobody of an earlier one has what they have not.
        var before = run.State == RunState.Running ? run.Workers : run.Workers.Concat(run.Sources);
        var sources = before.Where(old => !workers.Any(now => now.SiloAddress == old.SiloAddress)).DistinctBy(old => old.SiloAddress).ToArray();
        return new(
            run with
            {
                State = state,
                Reason = state == RunState.Recovering ? cause : "",
                Cause = cause,
                Generation = run.Generation + 1,
                Workers = workers,
                Sources = sources,
                HandedOver = false,
            },
            RunEffects.Regroup);
    }

    private static RunChange Rest(RunRecord run, DateTimeOffset now, RunEffects effects, RunState again = RunState.Queued) => run.Desired switch
    {
        DesiredState.Cancel => new(run with { State = RunState.Cancelled, Reason = "", Ended = now, Workers = [], Sources = [] }, effects),
        DesiredState.Pause => new(run with { State = RunState.Paused, Reason = "", Workers = [], Sources = [] }, effects),
        _ => new(
            run with { State = again, Reason = run.Reason.Length > 0 ? run.Reason : "waits for devices", Workers = [], Sources = [] },
            effects | RunEffects.RequestDevices),
    };
}
