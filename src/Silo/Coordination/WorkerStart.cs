using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>Starts the workers of a generation whose beginning is decided. Not thread-safe.</summary>
internal sealed class WorkerStart(
    LedExperiment experiment,
    RecordWriter writer,
    IWorkerCalls workers,
    Directions directions,
    DeviceSearch devices,
    DeviceClaim claim,
    Publisher news,
    ICoordinatorLog log)
{
    /// <summary>
    /// Starts the workers and tells them what to do. The ledger is completed while they begin: the survivors keep their records until the store has them.
    /// Where one of them does not start, the next generation is written and no session is there.
    /// </summary>
    public async Task Begin(StateOrigin from, IReadOnlyCollection<KeptState> answers)
    {
        var run = experiment.Record;
        var reduction = experiment.Context.Reduction(run);
        var began = await Task.WhenAll(run.Workers.Select(worker => TryStart(Assignments.Of(run, worker, from, reduction))));
        if (began.Contains(false))
        {
            await writer.Apply(RunMachine.Outrun(run, run.Generation));
            return;
        }

        var (samples, seconds) = experiment.Handover.Trained;
        var known = run with { TrainedSamples = Math.Max(run.TrainedSamples, samples), TrainedSeconds = Math.Max(run.TrainedSeconds, seconds) };
        var session = new GenerationSession(
            known,
            experiment.Context.PlanOf(run),
            from.Step,
            experiment.Now,
            experiment.Options,
            experiment.Handover.Evaluations,
            experiment.Spec.DecidesByEvaluation)
        {
            BeganInMemory = from.Donors.Count > 0,
        };
        (experiment.Session, experiment.Handover) = (session, experiment.Handover.Begun);
        devices.Joiners.Clear();
        news.Salvage(answers.SelectMany(answer => answer.Records), from.Step, experiment.UtcNow);
        news.Add(new() { Generations = new[] { GenerationOf(run, from, reduction) } });
        claim.HoldSoon();
        if (run.Desired == DesiredState.Run)
        {
            session.Extend();
        }
        else
        {
            session.Drain(checkpoint: run.Desired == DesiredState.Pause);
        }

        directions.Send(session);
    }

    private async Task<bool> TryStart(Assignment assignment)
    {
        try
        {
            return await workers.Start(assignment);
        }
        catch (Exception e)
        {
            log.Warn(experiment.Id, e);
            return false;
        }
    }

    private GenerationRecord GenerationOf(RunRecord run, StateOrigin from, ReductionKind reduction) => new()
    {
        Generation = run.Generation,
        FromStep = from.Step,
        Began = experiment.UtcNow,
        Reason = run.Cause,
        Workers = run.Workers,
        Origin = from.Donors.Count > 0
            ? $"memory of {string.Join(", ", from.Donors.Select(donor => donor.Silo))}"
            : from.Checkpoint is { } checkpoint ? $"checkpoint of step {checkpoint.Step}" : "seed",
        Reduction = run.Workers.DistinctBy(worker => worker.SiloAddress).Count() == 1 && reduction == ReductionKind.Peer ? "memory" : SpecNames.Of(reduction),
    };
}
