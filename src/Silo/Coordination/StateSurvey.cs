using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Asks the silos of a generation that is written what they kept, and has <see cref="RecoveryPlanner"/> decide how it begins. Changes nothing here. Not
/// thread-safe.
/// </summary>
internal sealed class StateSurvey(LedExperiment experiment, IWorkerCalls workers, ILedgerReader ledger, ISiloHealth silos, Publisher news)
{
    /// <summary>The decision, and the answers that it follows from.</summary>
    public async Task<(RecoveryPlan Verdict, IReadOnlyCollection<KeptState> Answers)> Ask()
    {
        var run = experiment.Record;
        var places = experiment.Alive(run.Workers.Concat(run.Sources).DistinctBy(worker => worker.SiloAddress));
        var answered = await Task.WhenAll(places.Select(place => workers.Survey(run.Id, place, run.Generation)));
        var answers = answered.OfType<KeptState>().ToDictionary(answer => answer.SiloAddress);
        var steps = answers.Values.Select(answer => answer.Step - 1).OfType<long>().Where(step => step >= 0).Distinct().ToArray();
        var hashes = steps.Zip(await Task.WhenAll(steps.Select(Recorded))).ToDictionary(known => known.First, known => known.Second?.GradientHash);
        var verdict = RecoveryPlanner.Of(
            run.Generation,
            run.Workers.Select(worker => worker.SiloAddress).Distinct().ToArray(),
            run.Sources.Select(worker => worker.SiloAddress).ToArray(),
            experiment.Handover.AllowsMemory ? answers : answers.ToDictionary(answer => answer.Key, answer => answer.Value with { Step = null }),
            silos.IsDead,
            experiment.Handover.BrokenLink is not null && experiment.Context.Reduction(run) == ReductionKind.Peer,
            run.Checkpoints.Count > 0 ? run.Checkpoints[^1].Step : 0,
            step => hashes.GetValueOrDefault(step));
        return (verdict, answers.Values);
    }

    /// <summary>A step as the ledger has it.</summary>
    private async Task<StepCommit?> Recorded(long step) => news.Told(step) ?? await ledger.Recorded(experiment.Id, step);
}
