using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;

namespace Sheaf.Training.Replicas;

/// <summary>A replica that outlives a generation: <see cref="Join"/> gives it the next one's leases and group. Used by one thread at a time.</summary>
internal interface ITrainingReplica : IReplica
{
    /// <summary>Whether it computes on these rows: a later generation may have loaded them anew.</summary>
    bool IsOn(DataBundle data);

    /// <summary>Whether it computes there. One core is as good as another.</summary>
    bool IsOn(ComputeDevice device);

    /// <summary>Takes the leases and the group of a generation; called on the thread that will run the steps. The state stays.</summary>
    void Join(WorkerOptions options, LocalGroup group, PhaseBoard phases);

    /// <summary>Computes one shard of the next step and throws the result away, so that what is compiled, or made at first use, is there before the first real step.</summary>
    void WarmUp();

    /// <summary>The kind that fits the worker's device, with the weights that the seed gives, at step 0.</summary>
    static ITrainingReplica Build(WorkerOptions options, TimeProvider time) => options.Computing.HasOwnMemory ? new ResidentReplica(options, time) : new Replica(options, time);
}
