using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Silo.Coordination;

/// <summary>The world of one coordinator: other grains, the checkpoint store, the log. Calls go out from here and never come back in.</summary>
internal sealed class CoordinatorPorts(
    IGrainFactory grains,
    Func<RunRecord, Task> write,
    ISubmissionCheck submissions,
    ICheckpointKeeper checkpoints,
    RunLogs logs,
    ILogger<CoordinatorPorts> log) : IRunPorts
{
    public Task Write(RunRecord run) => write(run);

    public Task<Submission> Check(SubmitCommand command) => submissions.Check(command);

    public Task Register(DatasetRecord dataset) => grains.GetGrain<IDatasetGrain>(dataset.Key).Register(dataset);

    public async Task Create(RunSnapshot run, string specYaml)
    {
        await grains.GetGrain<IExperimentGrain>(run.Id).Create(run, specYaml);
        await Index(run);
    }

    public async Task Tell(string experimentId, RunNews news)
    {
        // The watchers come last: who sees a change there finds it in the log and in the list too.
        foreach (var happened in news.Events)
        {
            logs.Write(experimentId, RunLogs.Coordinator, happened.Level, happened.Message);
        }

        if (news.Snapshot is { } run)
        {
            await Index(run);
        }

        await grains.GetGrain<IExperimentGrain>(experimentId).Append(news);
    }

    public void Warn(string experimentId, Exception failure) =>
        log.LogWarning("Experiment {Experiment} could not be told what became of it, which is tried again: {Reason}", experimentId, failure.Message);

    public Task Flush(string experimentId) => grains.GetGrain<IExperimentGrain>(experimentId).Flush();

    public Task<ExperimentView?> View(string experimentId) => grains.GetGrain<IExperimentGrain>(experimentId).Describe();

    public Task<DeviceAnswer> Request(DeviceRequest request) => Pool.Request(request);

    public Task Release(string experimentId) => Pool.Release(experimentId);

    public async Task<bool> Lease(string experimentId, ShardPlan plan, IReadOnlyList<ShardLease> byShard)
    {
        var taken = await Task.WhenAll(byShard.Select((lease, shard) => Shard(experimentId, shard).Lease(plan, lease)));
        return !taken.Contains(false);
    }

    public Task Advance(string experimentId, long generation, int shards, long step) =>
        Task.WhenAll(Enumerable.Range(0, shards).Select(shard => Shard(experimentId, shard).Advance(generation, step)));

    public Task<bool> Start(Assignment assignment)
    {
        var place = assignment.Workers.First(worker => worker.Number == assignment.Worker);
        return Worker(assignment.ExperimentId, place).Start(assignment);
    }

    public Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives) =>
        Worker(experimentId, worker).Direct(generation, directives);

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

    public Task<(CheckpointRecord? Intact, IReadOnlyList<CheckpointFault> Damaged)> FirstIntact(IReadOnlyList<CheckpointRecord> byStep) => checkpoints.FirstIntact(byStep);

    public Task Delete(IReadOnlyList<CheckpointRecord> dropped) => checkpoints.Delete(dropped);

    private IDevicePoolGrain Pool => grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);

    private IShardGrain Shard(string experimentId, int shard) => grains.GetGrain<IShardGrain>($"{experimentId}/{shard}");

    private IWorkerGrain Worker(string experimentId, WorkerPlace place)
    {
        // Where a worker grain is activated, if it is not yet: on the silo that owns the device.
        Workers.DeviceSiloPlacement.Hint(place.SiloAddress);
        return grains.GetGrain<IWorkerGrain>($"{experimentId}/{place.Number}");
    }

    private Task Index(RunSnapshot run) => grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).Put(new()
    {
        Id = run.Id,
        Name = run.Name,
        State = run.State,
        Step = run.Step,
        TotalSteps = run.TotalSteps,
        Workers = run.Workers.Count,
        Submitted = run.Submitted,
        Ended = run.Ended,
    });
}
