using Orleans.Concurrency;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// Leads one experiment (the key is its id) and alone writes the record of its run. Commands are idempotent: they say what is wanted, not what to do,
/// and a call that timed out may be repeated.
/// </summary>
[Alias("sheaf.ICoordinatorGrain")]
public interface ICoordinatorGrain : IGrainWithStringKey
{
    /// <summary>
    /// Checks everything, records the experiment and starts or queues it. Writes nothing where there is a violation. Repeated with the same id: the first one's
    /// answer.
    /// </summary>
    [Alias("Submit"), ResponseTimeout("00:05:00")]
    Task<SubmitAnswer> Submit(SubmitCommand command, CancellationToken cancellationToken = default);

    /// <summary>Writes what the user wants; the run gets there at its next until.</summary>
    [Alias("Want"), ResponseTimeout("00:01:00")]
    Task<CommandAnswer> Want(DesiredState desired);

    /// <summary>Gives checkpoints and state up and begins the run again at step 0. Refused where it is running, or has ended for good.</summary>
    [Alias("BeginAnew"), ResponseTimeout("00:01:00")]
    Task<CommandAnswer> BeginAnew();

    /// <summary>The checkpoints that count, by step. Null: there is no such experiment.</summary>
    [Alias("Checkpoints"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<IReadOnlyList<CheckpointRecord>?> Checkpoints();

    /// <summary>
    /// Sets how many workers the run should have, from 1 to its shards; the run gets there at its next until, as far as there are devices. Refused where the
    /// number or the state forbids it.
    /// </summary>
    [Alias("Scale"), ResponseTimeout("00:01:00")]
    Task<CommandAnswer> Scale(int workers);

    /// <summary>A silo is to be taken away (its address in the cluster): the run's workers leave it at the next until.</summary>
    [Alias("Leave"), ResponseTimeout("00:01:00")]
    Task Leave(string siloAddress);

    /// <summary>
    /// The silo that the coordinator is on stops in order: the run's generation ends at its next until, the next one is written and not begun, and the
    /// coordinator goes on on the other silo, which begins it. No recovery: nobody was lost. True: it has gone, or was not on that silo. False: ask again.
    /// </summary>
    /// <param name="from">Address of the silo that stops.</param>
    /// <param name="to">Address of the one to go on on.</param>
    [Alias("HandOver"), ResponseTimeout("00:00:10")]
    Task<bool> HandOver(string from, string to);

    /// <summary>
    /// Whether the run would miss the silo if it were gone now: it has workers there, or a generation that is being begun may copy its state from there.
    /// </summary>
    [Alias("Needs"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<bool> Needs(string siloAddress);

    /// <summary>What is known of the experiment's data, as it was at submit. Null: there is no such experiment.</summary>
    [Alias("Dataset"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<DatasetRecord?> Dataset();

    /// <summary>How the run is. Answers at once, also in the middle of a recovery. Null: there is no such experiment.</summary>
    [Alias("Health"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<RunHealth?> Health();

    /// <summary>Wakes the experiment: what has no live workers and should run goes on from what its silos kept, or from its last checkpoint.</summary>
    [Alias("Touch"), ResponseTimeout("00:01:00")]
    Task<RunState?> Touch();

    /// <summary>Devices that the experiment was queued for have become free: time to ask again.</summary>
    [Alias("DevicesFreed"), ResponseTimeout("00:01:00")]
    Task DevicesFreed();

    /// <summary>
    /// The devices that the run has by its record, and those that are being prepared for it; none where it has ended or there is no such experiment. For a pool
    /// that has begun anew.
    /// </summary>
    [Alias("Devices"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<DeviceGrant>> Devices();

    /// <summary>A shard as it follows from the experiment's record. Answers at once. Null: there is no such experiment, or it has no such shard.</summary>
    [Alias("Shard"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ShardView?> Shard(int shard);

    /// <summary>
    /// What the workers of one silo did. Answered while the coordinator waits for a store, so that its workers keep their lease and get more to do.
    /// </summary>
    [Alias("Report"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ReportAnswer> Report(SiloReport report);

    /// <summary>
    /// The reduction <c>coordinator</c>: answers when the parts of all silos of the collective are there, or after a moment that they are not. Asking again
    /// gives the same answer.
    /// </summary>
    [Alias("Reduce"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ReduceReply> Reduce(ReduceRequest request, CancellationToken cancellationToken);
}
