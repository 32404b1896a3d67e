using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Coordination;

/// <summary>Begins the generation that is written, in the way that the survey of its silos decides. Not thread-safe.</summary>
internal sealed class GenerationStart(
    LedExperiment experiment,
    RecordWriter writer,
    StateSurvey survey,
    CheckpointOrigin checkpoints,
    WorkerStart workers,
    GenerationEnd end,
    IFaultInjector faults)
{
    /// <summary>Null: it has begun, or another generation was written that can be tried. Otherwise what it waits for.</summary>
    public async Task<string?> Try()
    {
        if (checkpoints.WaitsFor is { } away)
        {
            return away;
        }

        var run = experiment.Record;
        faults.Hit(FaultPoint.AfterGenerationWritten, (int)run.Generation, run.Step);
        var (verdict, answers) = await survey.Ask();
        switch (verdict)
        {
            case RecoveryPlan.Outrun outrun:
                await writer.Apply(RunMachine.Outrun(run, outrun.Generation));
                return null;
            case RecoveryPlan.Wait wait:
                return wait.Reason;
            case RecoveryPlan.Without without:
                await end.GoOnWithout(without);
                return null;
            case RecoveryPlan.FromMemory memory:
                await workers.Begin(new() { Step = memory.Step, Donors = Donors(run, memory.Donors) }, answers);
                return null;
            case RecoveryPlan.FromCheckpoint checkpoint:
                if (await checkpoints.Find(checkpoint.Distrusted) is not { } origin)
                {
                    return checkpoints.LastSeen;
                }

                await workers.Begin(origin, answers);
                return null;
            default:
                throw new InvalidOperationException($"The verdict {verdict} on generation {run.Generation} of experiment '{run.Id}' is not known.");
        }
    }

    private static StateDonor[] Donors(RunRecord run, IReadOnlyList<string> addresses) => run.Workers.Concat(run.Sources)
        .Where(worker => addresses.Contains(worker.SiloAddress))
        .DistinctBy(worker => worker.SiloAddress)
        .Select(worker => new StateDonor { Silo = worker.Silo, SiloAddress = worker.SiloAddress, DataEndpoint = worker.DataEndpoint })
        .ToArray();
}
