using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Telemetry;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.Workers;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Coordination;

/// <summary>The world of one coordinator: other grains, the checkpoint store, the log. Calls go out from here and never come back in.</summary>
internal sealed class CoordinatorPorts(
    IGrainFactory grains,
    Func<RunRecord, Task> write,
    ISubmissionCheck submissions,
    ICheckpointKeeper checkpoints,
    RunLogs logs,
    ISiloHealth silos,
    IPeers peers,
    SiloTroubles troubles,
    SiloOptions options,
    IFaultInjector faults,
    TimeProvider time,
    ILogger<CoordinatorPorts> log) : IRunPorts
{
    /// <summary>A silo that has not said by then what it kept counts as one that does not answer.</summary>
    private static readonly TimeSpan SurveyTime = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Experiments and their list write to the store now and then: while it hangs, one of them that does not answer must not hold up the coordinator for so long that workers lose their
    /// leases. What was given up is told again.
    /// </summary>
    private static readonly TimeSpan NewsPatience = TimeSpan.FromSeconds(3);

    public string Silo => options.Name;

    public IReadOnlyList<string> SiloTroubles => troubles.All;

    public Task Write(RunRecord run) => write(run);

    public Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken) => submissions.Check(command, cancellationToken);

    public Task Register(DatasetRecord dataset) => grains.GetGrain<IDatasetGrain>(dataset.Key).Register(dataset);

    public async Task Create(RunSnapshot run, string specYaml)
    {
        await grains.GetGrain<IExperimentGrain>(run.Id).Create(run, specYaml);
        await List(run);
    }

    public Task List(RunSnapshot run) => grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).Put(new()
    {
        Id = run.Id,
        Name = run.Name,
        State = run.State,
        Step = run.Step,
        TotalSteps = run.TotalSteps,
        Workers = run.Workers.Count,
        Submitted = run.Submitted,
        Ended = run.Ended,
    }).Within(NewsPatience, time);

    public async Task<LedgerTail> Tell(string experimentId, RunNews news)
    {
        var tail = await grains.GetGrain<IExperimentGrain>(experimentId).Append(news).Within(NewsPatience, time);
        foreach (var happened in news.Events)
        {
            logs.Write(experimentId, RunLogs.Coordinator, happened.Level, happened.Message);
        }

        return tail;
    }

    public void Warn(string experimentId, Exception failure) =>
        log.LogWarning("Something for experiment {Experiment} could not be done now and is tried again: {Reason}", experimentId, failure.Message);

    public Task<LedgerTail> Flush(string experimentId) => grains.GetGrain<IExperimentGrain>(experimentId).Flush().Within(NewsPatience, time);

    public async Task<StepCommit?> Recorded(string experimentId, long step)
    {
        await foreach (var block in grains.GetGrain<IExperimentGrain>(experimentId).Steps(step))
        {
            return block.Steps.FirstOrDefault(entry => entry.Step == step);
        }

        return null;
    }

    public async Task<IReadOnlyList<StepCommit>> RecordedSteps(string experimentId, long from, long end)
    {
        var steps = new List<StepCommit>();
        await foreach (var block in grains.GetGrain<IExperimentGrain>(experimentId).Steps(from))
        {
            steps.AddRange(block.Steps.Where(step => step.Step < end));
            if (block.Steps.Count == 0 || block.Steps[^1].Step >= end - 1)
            {
                break;
            }
        }

        return steps;
    }

    public Task<ExperimentView?> View(string experimentId) => grains.GetGrain<IExperimentGrain>(experimentId).Describe();

    public Task<DeviceAnswer> Request(DeviceRequest request) => Pool.Request(request);

    public Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices) => Pool.Hold(experimentId, devices);

    public bool IsDead(string siloAddress) => silos.IsDead(siloAddress);

    public string StatusOf(string siloAddress) => silos.StatusOf(siloAddress);

    public void GenerationWritten(long generation, long step) => faults.Hit(FaultPoint.AfterGenerationWritten, (int)generation, step);

    public Task Release(string experimentId) => Pool.Release(experimentId);

    public Task<bool> Start(Assignment assignment)
    {
        var place = assignment.Workers.First(worker => worker.Number == assignment.Worker);
        peers.Link([place]);
        return Worker(assignment.ExperimentId, place).Start(assignment);
    }

    public Task<bool> Prepare(Assignment assignment) => Worker(assignment.ExperimentId, assignment.Workers[0]).Prepare(assignment);

    public async Task<KeptState?> Survey(string experimentId, WorkerPlace worker, long generation)
    {
        using var patience = new CancellationTokenSource(SurveyTime, time);
        try
        {
            return await Worker(experimentId, worker).Survey(generation, patience.Token);
        }
        catch (Exception e)
        {
            log.LogWarning("Silo {Silo} could not be asked what it kept of experiment {Experiment}: {Reason}", worker.Silo, experimentId, e.Message);
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
            log.LogWarning("Worker {Worker} of experiment {Experiment} on silo {Silo} could not be told what to do, which is tried again: {Reason}", worker.Number, experimentId, worker.Silo, e.Message);
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
            log.LogWarning("Worker {Worker} of experiment {Experiment} could not be told to stop: {Reason}", worker.Number, experimentId, e.Message);
        }
    }

    public Task<CheckpointSearch> FindCheckpoint(string experimentId, IReadOnlyList<CheckpointRecord> known, Func<CheckpointRecord, bool> adoptable) =>
        checkpoints.Find(experimentId, known, adoptable);

    public Task Delete(IReadOnlyList<CheckpointRecord> dropped) => checkpoints.Delete(dropped);

    public Task DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known) => checkpoints.DeleteUnknown(experimentId, generation, step, known);

    private IDevicePoolGrain Pool => grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);

    private IWorkerGrain Worker(string experimentId, WorkerPlace place) => grains.GetGrain<IWorkerGrain>(IWorkerGrain.KeyOf(experimentId, place.Number, place.SiloAddress));
}
