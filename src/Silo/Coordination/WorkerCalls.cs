using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Coordination;

/// <summary>Worker grains, by experiment, number and silo. Thread-safe.</summary>
internal sealed class WorkerCalls(IGrainFactory grains, IPeers peers, CoordinationOptions options, TimeProvider time, ILogger<WorkerCalls> log) : IWorkerCalls
{
    public Task<bool> Start(Assignment assignment)
    {
        var place = assignment.Workers.First(worker => worker.Number == assignment.Worker);
        peers.Link([place]);
        return Worker(assignment.ExperimentId, place).Start(assignment);
    }

    public Task<bool> Prepare(Assignment assignment) => Worker(assignment.ExperimentId, assignment.Workers[0]).Prepare(assignment);

    public async Task<KeptState?> Survey(string experimentId, WorkerPlace worker, long generation)
    {
        using var patience = new CancellationTokenSource(options.SurveyWithin, time);
        try
        {
            return await Worker(experimentId, worker).Survey(generation, patience.Token);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Silo {Silo} could not be asked what it kept of experiment {Experiment}.", worker.Silo, experimentId);
            return null;
        }
    }

    public async Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives)
    {
        try
        {
            return await Worker(experimentId, worker).Direct(generation, directives);
        }
        catch (Exception e)
        {
            const string Text = "Worker {Worker} of experiment {Experiment} on silo {Silo} could not be told what to do, which is tried again.";
            log.LogWarning(e, Text, worker.Number, experimentId, worker.Silo);
            return false;
        }
    }

    public async Task Stop(string experimentId, WorkerPlace worker, long generation, string reason)
    {
        try
        {
            await Worker(experimentId, worker).Stop(generation, reason);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Worker {Worker} of experiment {Experiment} could not be told to stop.", worker.Number, experimentId);
        }
    }

    private IWorkerGrain Worker(string experimentId, WorkerPlace place) =>
        grains.GetGrain<IWorkerGrain>(IWorkerGrain.KeyOf(experimentId, place.Number, place.SiloAddress));
}
