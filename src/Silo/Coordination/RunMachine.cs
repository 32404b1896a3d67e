using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The states of a run. Pure: a record and what happened give the next record and what to do. Terminal states absorb everything (but a user may resume
/// what failed for want of disk), the generation only grows, and what the user wants is looked at again wherever a run could go on.
/// </summary>
public static class RunMachine
{
    /// <summary>Losses of workers in a row without one more step after which the run is at fault, not the cluster.</summary>
    public const int MostLosses = 3;

    public static RunChange Want(RunRecord run, DesiredState desired, DateTimeOffset now)
    {
        if (run is { State: RunState.Failed, Resumable: true } && desired == DesiredState.Run)
        {
            return new(run with { State = RunState.Queued, Desired = desired, Reason = "waits for devices", Resumable = false, Ended = null }, RunEffects.RequestDevices);
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
            (_, RunState.Running) => new(wanted with { Reason = desired == DesiredState.Pause ? "pauses at the next until" : "is cancelled at the next until" }, RunEffects.Drain),
            (DesiredState.Pause, RunState.Paused) => new(run),
            _ => Rest(wanted, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices),
        };
    }

    /// <summary>The pool gave devices. Ignored where they are no longer wanted.</summary>
    public static RunChange Granted(RunRecord run, IReadOnlyList<DeviceGrant> devices, string fingerprint, int shards)
    {
        if (run.State is not (RunState.Queued or RunState.Recovering) || run.Desired != DesiredState.Run)
        {
            return new(run, run.Workers.Count == 0 ? RunEffects.ReleaseDevices : RunEffects.None);
        }

        var leases = LeasePlanner.Plan(shards, devices.Count);
        var workers = leases.Select(lease => new WorkerPlace
        {
            Number = lease.Worker,
            Silo = devices[lease.Worker].Silo,
            SiloAddress = devices[lease.Worker].SiloAddress,
            Device = devices[lease.Worker].Device,
            Shards = lease.Shards,
        }).ToArray();
        return new(
            run with { State = RunState.Starting, Reason = "", Generation = run.Generation + 1, Workers = workers, Fingerprint = run.Fingerprint.Length > 0 ? run.Fingerprint : fingerprint },
            RunEffects.StartWorkers);
    }

    /// <summary>The pool has no devices now.</summary>
    public static RunChange Waiting(RunRecord run, string reason) =>
        new(run.State is RunState.Queued or RunState.Recovering ? run with { Reason = reason } : run);

    /// <summary>All workers of the generation have data and weights.</summary>
    public static RunChange Ready(RunRecord run, DateTimeOffset now) =>
        new(run.State == RunState.Starting ? run with { State = RunState.Running, Reason = "", Started = run.Started ?? now } : run);

    /// <summary>All workers finished early, because the user wanted so.</summary>
    public static RunChange Drained(RunRecord run, DateTimeOffset now) => run.IsTerminal ? new(run) : Rest(run, now, RunEffects.ReleaseDevices);

    public static RunChange Completed(RunRecord run, RunResult result, DateTimeOffset now) => run.IsTerminal
        ? new(run)
        : new(run with { State = RunState.Completed, Reason = "", Result = result, Ended = now, Workers = [] }, RunEffects.ReleaseDevices);

    public static RunChange Failed(RunRecord run, string reason, DateTimeOffset now, bool resumable = false) => run.IsTerminal
        ? new(run)
        : new(run with { State = RunState.Failed, Reason = reason, Ended = now, Workers = [], Resumable = resumable }, RunEffects.StopWorkers | RunEffects.ReleaseDevices);

    /// <summary>Workers are gone through no fault of the run; <paramref name="step"/> steps were committed.</summary>
    public static RunChange Lost(RunRecord run, string reason, long step, DateTimeOffset now)
    {
        if (run.IsTerminal || run.State == RunState.Paused)
        {
            return new(run);
        }

        var losses = run.LossStep == step ? run.Losses + 1 : 1;
        var lost = run with { Losses = losses, LossStep = step };
        if (losses >= MostLosses && run.Desired == DesiredState.Run)
        {
            return Failed(lost, $"{losses} times in a row workers were lost at step {step}, the last time because: {reason}", now);
        }

        return Rest(lost with { Reason = reason }, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices, RunState.Recovering);
    }

    /// <summary>An activation that finds a run of an earlier one: its workers, if they still run, are of a generation that is over.</summary>
    public static RunChange Woken(RunRecord run, DateTimeOffset now) => run.State switch
    {
        RunState.Starting or RunState.Running or RunState.Recovering when run.Desired != DesiredState.Run => Rest(run, now, RunEffects.StopWorkers | RunEffects.ReleaseDevices),
        RunState.Starting or RunState.Running => new(
            run with { State = RunState.Recovering, Reason = "the coordinator was started anew", Workers = [] },
            RunEffects.StopWorkers | RunEffects.ReleaseDevices | RunEffects.RequestDevices),
        RunState.Queued or RunState.Recovering => new(run, RunEffects.RequestDevices),
        _ => new(run),
    };

    public static RunChange Checkpoints(RunRecord run, IReadOnlyList<CheckpointRecord> kept, long step, long samples, double seconds) => new(
        run with { Checkpoints = kept, Step = Math.Max(step, run.Step), TrainedSamples = samples, TrainedSeconds = seconds });

    public static string Text(RunState state) => state.ToString().ToLowerInvariant();

    private static RunChange Rest(RunRecord run, DateTimeOffset now, RunEffects effects, RunState again = RunState.Queued) => run.Desired switch
    {
        DesiredState.Cancel => new(run with { State = RunState.Cancelled, Reason = "", Ended = now, Workers = [] }, effects),
        DesiredState.Pause => new(run with { State = RunState.Paused, Reason = "", Workers = [] }, effects),
        _ => new(
            run with { State = again, Reason = run.Reason.Length > 0 ? run.Reason : "waits for devices", Workers = [] },
            effects | RunEffects.RequestDevices),
    };
}
