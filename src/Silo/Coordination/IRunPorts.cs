using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>All that <see cref="RunLeader"/> does to the world. Every call may fail; none calls back into the leader.</summary>
public interface IRunPorts
{
    /// <summary>Name of the silo that this is.</summary>
    string Silo { get; }

    /// <summary>What is not as it should be with this silo, or with the database that it writes to.</summary>
    IReadOnlyList<string> SiloTroubles { get; }

    /// <summary>Stores the run's record; on failure the stored one and the one in memory are as before.</summary>
    Task Write(RunRecord run);

    Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken);

    Task Register(DatasetRecord dataset);

    /// <summary>Makes the experiment known: its own grain, and the list of all.</summary>
    Task Create(RunSnapshot run, string specYaml);

    /// <summary>Puts the run's line in the list of all experiments.</summary>
    Task List(RunSnapshot run);

    /// <summary>Tells the experiment, and the log, what happened.</summary>
    Task<LedgerTail> Tell(string experimentId, RunNews news);

    /// <summary>Says in the silo's log what could not be done and is tried again; never fails.</summary>
    void Warn(string experimentId, Exception failure);

    /// <summary>Returns when everything that was told is on the store.</summary>
    Task<LedgerTail> Flush(string experimentId);

    /// <summary>A step of the ledger; null where it is not there.</summary>
    Task<StepCommit?> Recorded(string experimentId, long step);

    /// <summary>The ledger's steps of a range, in order; those that it has.</summary>
    Task<IReadOnlyList<StepCommit>> RecordedSteps(string experimentId, long from, long end);

    Task<ExperimentView?> View(string experimentId);

    Task<DeviceAnswer> Request(DeviceRequest request);

    /// <summary>The experiment has these devices, and no others.</summary>
    Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices);

    Task Release(string experimentId);

    /// <summary>Declared dead by the cluster.</summary>
    bool IsDead(string siloAddress);

    /// <summary>For a person: active, dead, unknown, ...</summary>
    string StatusOf(string siloAddress);

    /// <summary>Ends what runs on the worker's silo in lower generations, and asks what is kept there; null where it does not answer. Never fails.</summary>
    Task<KeptState?> Survey(string experimentId, WorkerPlace worker, long generation);

    /// <summary>Has the assignment's worker's silo load what it needs. False: not done yet.</summary>
    Task<bool> Prepare(Assignment assignment);

    /// <summary>False: the silo has seen a higher generation.</summary>
    Task<bool> Start(Assignment assignment);

    /// <summary>False: the worker does not run in that generation.</summary>
    Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives);

    /// <summary>Never fails: a worker that cannot be told is fenced by its generation.</summary>
    Task Stop(string experimentId, WorkerPlace worker, long generation, string reason);

    /// <summary>The generation is written and nobody has been told: a point where faults strike.</summary>
    void GenerationWritten(long generation, long step);

    /// <summary>See <see cref="ICheckpointKeeper.Find"/>.</summary>
    Task<CheckpointSearch> FindCheckpoint(string experimentId, IReadOnlyList<CheckpointRecord> known, Func<CheckpointRecord, bool> adoptable);

    /// <summary>Deletes what no longer counts; never fails.</summary>
    Task Delete(IReadOnlyList<CheckpointRecord> checkpoints);

    /// <summary>See <see cref="ICheckpointKeeper.DeleteUnknown"/>; never fails.</summary>
    Task DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known);
}
