using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Devices;

namespace Sheaf.Silo.Coordination;

/// <summary>Ends a generation so that another one takes over. Not thread-safe.</summary>
internal sealed class GenerationEnd(
    LedExperiment experiment, RecordWriter writer, DeviceSearch devices, ILedgerReader ledger, ISiloHealth silos, Publisher news)
{
    /// <summary>Workers were lost: the survivors go on in the next generation.</summary>
    public async Task Lose(GenerationSession session, WorkerLoss loss)
    {
        ledger.Awaken(experiment.Id);
        await writer.Decide(RunMachine.Lost(
            experiment.Record, OrSources(loss.Survivors), loss.Reason, session.Step, experiment.Spec.Shards, experiment.UtcNow, loss.OfAWorker));
        foreach (var silo in loss.Unfit)
        {
            devices.Refuse(silo);
        }

        experiment.Handover = experiment.Handover with { BrokenLink = loss.OverALink ? loss.Reason : null };
        Leave(session);
    }

    /// <summary>The generation came to the end that was set for it: others go on, or it waits for devices where nobody could stay.</summary>
    public async Task GoOnAs(Reshaping next)
    {
        var run = experiment.Record;
        var alive = next.Devices.Where(device => !silos.IsDead(device.SiloAddress)).ToArray();
        if (alive.Length == 0 && next.Devices.Count > 0)
        {
            // Whoever was to take over is gone: those who still have the state go on, and leave later.
            alive = experiment.Alive(run.Workers).Select(LeasePlanner.DeviceOf).ToArray();
        }

        await writer.Decide(alive.Length > 0
            ? RunMachine.Reshaped(run, alive, next.Cause, experiment.Spec.Shards)
            : RunMachine.Drained(run with { Reason = $"{next.Cause}; waits for devices" }, experiment.UtcNow));
        if (alive.Length > 0 && experiment.Session is { } session)
        {
            Leave(session);
        }
    }

    /// <summary>A generation that is written cannot begin with all of its silos: the others go on without them, in the next one.</summary>
    public Task GoOnWithout(RecoveryPlan.Without without)
    {
        var run = experiment.Record;
        foreach (var silo in without.Silos.Concat(without.Stuck.Select(worker => worker.Silo)).Where(silo => !silos.IsDead(silo)))
        {
            devices.Refuse(silo);
        }

        var gone = run.Workers.Where(worker => without.Silos.Contains(worker.SiloAddress) || without.Stuck.Contains((worker.SiloAddress, worker.Number)));
        var stay = run.Workers.Except(gone).ToArray();
        return writer.Apply(RunMachine.Lost(run, OrSources(stay, without.Silos), without.Reason, run.Step, experiment.Spec.Shards, experiment.UtcNow));
    }

    /// <summary>
    /// Where whoever was to take over is gone before it had the state, those who still have it go on. Once the experiment ran, they have left for good, and
    /// others may have their devices.
    /// </summary>
    private DeviceGrant[] OrSources(IReadOnlyList<WorkerPlace> survivors, IReadOnlyCollection<string>? without = null)
    {
        var run = experiment.Record;
        var places = survivors.Count > 0 || run.State == RunState.Running
            ? survivors
            : experiment.Alive(run.Sources).Where(source => without?.Contains(source.SiloAddress) != true);
        return places.Select(LeasePlanner.DeviceOf).Distinct().ToArray();
    }

    private void Leave(GenerationSession session)
    {
        news.Remember(session.OpenRecords);
        experiment.Handover = experiment.Handover.After(session);
        experiment.Session = null;
    }
}
