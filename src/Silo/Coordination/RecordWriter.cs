using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Makes a change of an experiment's record a fact: writes it, tells of it, then carries out its effects. The only one that writes the record. Not
/// thread-safe.
/// </summary>
internal sealed class RecordWriter(
    LedExperiment experiment,
    IRecordStore store,
    IWorkerCalls workers,
    ISiloHealth silos,
    Publisher news,
    DeviceClaim claim,
    DeviceSearch devices,
    CheckpointSweep sweep,
    StoreCircuit circuit,
    ICoordinatorLog log,
    TimeProvider time)
{
    /// <summary>Ends when the newest change has been published, or could not be. Never fails.</summary>
    public Task Telling { get; private set; } = Task.CompletedTask;

    /// <summary>The change that would end the generation and could not be written; null: none.</summary>
    public RunChange? Unwritten { get; private set; }

    /// <summary>A change that could not be written is decided anew: a worker that was given up may be there again.</summary>
    public void DecideAnew() => Unwritten = null;

    /// <summary>A change that ends the generation. Where it cannot be written it waits as long as all else does, and everything stays as it is.</summary>
    public async Task Decide(RunChange change)
    {
        Unwritten = change;
        await Apply(change);
        Unwritten = null;
    }

    public async Task Apply(RunChange change, RunNews? told = null)
    {
        var before = experiment.Stored;
        if (change.Record != before)
        {
            var session = experiment.Session;
            var run = change.Record.IsTerminal ? change.Record with { Step = Math.Max(change.Record.Step, session?.Step ?? 0) } : change.Record;
            await store.Write(run);
            experiment.Take(run);
            if (run.IsTerminal || run.State == RunState.Paused)
            {
                sweep.Soon();
            }

            Publish(before, run, told ?? new RunNews());
            if (!change.Effects.HasFlag(RunEffects.Regroup))
            {
                await Telling;
            }
        }

        await CarryOut(change.Effects, before ?? experiment.Record);
    }

    private void Publish(RunRecord? before, RunRecord run, RunNews told)
    {
        var session = experiment.Session;
        var checkpoint = run.Checkpoints.Count > 0 ? run.Checkpoints[^1].Step : 0;
        var step = session?.Generation == run.Generation ? session.Step : Math.Max(session?.Step ?? 0, checkpoint);
        var events = RunEvents.Of(before, run, experiment.UtcNow) is { } happened ? new[] { happened } : [];
        news.Add(told with { Snapshot = experiment.Context.Snapshot(run, step), Checkpoints = run.Checkpoints, Events = [.. events, .. told.Events] });
        Telling = TryTell(run);
    }

    /// <param name="effects">Of a change that is written.</param>
    /// <param name="before">The record before it.</param>
    private async Task CarryOut(RunEffects effects, RunRecord before)
    {
        if (effects.HasFlag(RunEffects.StopWorkers))
        {
            experiment.Session = null;
            var reason = experiment.Record.Reason;
            var there = before.Workers.Concat(before.Sources).Where(worker => !silos.IsDead(worker.SiloAddress));
            await Task.WhenAll(there.Select(worker => workers.Stop(experiment.Id, worker, before.Generation, reason)));
        }

        await sweep.IfDue();

        if (effects.HasFlag(RunEffects.ReleaseDevices))
        {
            experiment.Session = null;
            devices.Joiners.Clear();
            claim.ReleaseSoon();
            await claim.ReleaseIfDue();
        }

        if (effects.HasFlag(RunEffects.RequestDevices))
        {
            devices.AskSoon();
        }
    }

    /// <summary>The change is written: its effects must follow, even if it cannot be published now. A new generation begins meanwhile.</summary>
    private async Task TryTell(RunRecord run)
    {
        var asked = time.GetTimestamp();
        try
        {
            await (run.IsTerminal ? news.Flush() : news.Send());
        }
        catch (Exception e)
        {
            circuit.Fail(e, asked);
            log.Warn(run.Id, e);
        }
    }
}
