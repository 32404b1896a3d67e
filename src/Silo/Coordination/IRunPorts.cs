using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>All that <see cref="RunLeader"/> does to the world. Every call may fail; none calls back into the leader.</summary>
public interface IRunPorts
{
    /// <summary>Stores the run's record; on failure the stored one and the one in memory are as before.</summary>
    Task Write(RunRecord run);

    Task<Submission> Check(SubmitCommand command);

    Task Register(DatasetRecord dataset);

    /// <summary>Makes the experiment known: its own grain, and the list of all.</summary>
    Task Create(RunSnapshot run, string specYaml);

    /// <summary>Tells the experiment, and the log, what happened.</summary>
    Task Tell(string experimentId, RunNews news);

    /// <summary>Says in the silo's log that the experiment could not be told; never fails.</summary>
    void Warn(string experimentId, Exception failure);

    /// <summary>Returns when everything that was told is on the store.</summary>
    Task Flush(string experimentId);

    Task<ExperimentView?> View(string experimentId);

    Task<DeviceAnswer> Request(DeviceRequest request);

    Task Release(string experimentId);

    /// <summary>False: a shard has a lease of a higher generation.</summary>
    Task<bool> Lease(string experimentId, ShardPlan plan, IReadOnlyList<ShardLease> byShard);

    Task Advance(string experimentId, long generation, int shards, long step);

    /// <summary>False: the silo has seen a higher generation.</summary>
    Task<bool> Start(Assignment assignment);

    /// <summary>False: the worker does not run in that generation.</summary>
    Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives);

    /// <summary>Never fails: a worker that cannot be told is fenced by its generation.</summary>
    Task Stop(string experimentId, WorkerPlace worker, long generation, string reason);

    /// <summary>Reads the newest of the checkpoints whose every file is intact, and says of each newer one what is wrong with it.</summary>
    Task<(CheckpointRecord? Intact, IReadOnlyList<CheckpointFault> Damaged)> FirstIntact(IReadOnlyList<CheckpointRecord> byStep);

    /// <summary>Deletes what no longer counts; never fails.</summary>
    Task Delete(IReadOnlyList<CheckpointRecord> checkpoints);
}
