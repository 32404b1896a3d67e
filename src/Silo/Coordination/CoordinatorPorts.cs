using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Devices;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// All that a coordinator does to the world, by subject; each of its parts is given those that it needs. Calls may fail unless they say otherwise; none
/// calls back into the coordinator.
/// </summary>
internal sealed record CoordinatorPorts(
    IRecordStore Records,
    ISubmissions Submissions,
    IPublication Publication,
    ILedgerReader Ledger,
    IPoolCalls Pool,
    IWorkerCalls Workers,
    ICheckpointKeeper Checkpoints,
    ISiloHealth Silos,
    IOwnSilo OwnSilo,
    IFaultInjector Faults,
    ICoordinatorLog Log);

/// <summary>Where the one record of an experiment is kept.</summary>
internal interface IRecordStore
{
    /// <summary>On failure the stored record and the one in memory are as before.</summary>
    Task Write(RunRecord run);
}

/// <summary>What a submission needs before there is a record.</summary>
internal interface ISubmissions
{
    Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken);

    Task Register(DatasetRecord dataset);

    /// <summary>Makes the experiment known: its own grain, and the list of all.</summary>
    Task Create(RunSnapshot run, string specYaml);

    Task<ExperimentView?> View(string experimentId);
}

/// <summary>Where news of an experiment goes.</summary>
internal interface IPublication
{
    /// <summary>Puts the experiment's line in the list of all experiments.</summary>
    Task List(RunSnapshot run);

    /// <summary>Tells the experiment, and the log, what happened.</summary>
    Task<LedgerTail> Tell(string experimentId, RunNews news);

    /// <summary>Returns when everything that was told is on the store.</summary>
    Task<LedgerTail> Flush(string experimentId);
}

/// <summary>Reads what the ledger has.</summary>
internal interface ILedgerReader
{
    /// <summary>
    /// Has the ledger loaded where the silo that had it died, so that the first one who reads it need not wait for that. Returns at once; never fails.
    /// </summary>
    void Awaken(string experimentId);

    /// <summary>A step of the ledger; null where it is not there.</summary>
    Task<StepCommit?> Recorded(string experimentId, long step);

    /// <summary>The ledger's steps of a range, in order; those that it has.</summary>
    Task<IReadOnlyList<StepCommit>> RecordedSteps(string experimentId, long from, long end);
}

/// <summary>The pool of devices.</summary>
internal interface IPoolCalls
{
    Task<DeviceAnswer> Request(DeviceRequest request);

    /// <summary>The experiment has these devices, and no others.</summary>
    Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices);

    Task Release(string experimentId);
}

/// <summary>The workers of an experiment, on whatever silo they are.</summary>
internal interface IWorkerCalls
{
    /// <summary>Ends what runs on the worker's silo in lower generations, and asks what is kept there; null where it does not answer. Never fails.</summary>
    Task<KeptState?> Survey(string experimentId, WorkerPlace worker, long generation);

    /// <summary>Has the assignment's worker's silo load what it needs. False: not done yet.</summary>
    Task<bool> Prepare(Assignment assignment);

    /// <summary>False: the silo has seen a higher generation.</summary>
    Task<bool> Start(Assignment assignment);

    /// <summary>False: the worker does not run in that generation. Never fails.</summary>
    Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives);

    /// <summary>Never fails: a worker that cannot be told is fenced by its generation.</summary>
    Task Stop(string experimentId, WorkerPlace worker, long generation, string reason);
}

/// <summary>The silo that the coordinator is on.</summary>
internal interface IOwnSilo
{
    string Name { get; }

    /// <summary>What is not as it should be with this silo, or with the database that it writes to.</summary>
    IReadOnlyList<string> Troubles { get; }
}

/// <summary>The silo's log, as a coordinator writes it.</summary>
internal interface ICoordinatorLog
{
    /// <summary>Says what could not be done and is tried again. Never fails.</summary>
    void Warn(string experimentId, Exception failure);
}
