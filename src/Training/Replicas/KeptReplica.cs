using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A replica that no thread runs: left by a worker whose generation has ended (<see cref="TrainingWorker.Keep"/>), or built ahead. The next generation's worker
/// takes it as <see cref="WorkerOptions.Reuse"/>, which spares building the model and copying its state. Used by one thread at a time.
/// </summary>
public sealed class KeptReplica : IDisposable
{
    internal KeptReplica(IReplica replica) => Replica = replica;

    /// <summary>The first step that is not applied.</summary>
    public long Step => Replica.Step;

    public ulong StateHash => Replica.StateHash;

    internal IReplica Replica { get; }

    /// <summary>
    /// Builds a replica with the weights that the seed gives, and computes one shard with it that is thrown away, so that its first step is not its slowest.
    /// </summary>
    public static KeptReplica Build(WorkerOptions options, TimeProvider time)
    {
        var replica = new Replica(options, time);
        try
        {
            replica.WarmUp();
            return new(replica);
        }
        catch
        {
            replica.Dispose();
            throw;
        }
    }

    /// <summary>Whether a worker on these rows can take it.</summary>
    public bool IsOn(DataBundle data) => Replica is not Replica real || real.IsOn(data);

    /// <summary>Whether a worker on this device can take it without a move.</summary>
    public bool IsOn(string device) => Replica is not Replica real || real.IsOn(Devices.ComputeDevice.Of(device));

    /// <summary>A copy of the state before <see cref="Step"/>.</summary>
    public CheckpointSnapshot Capture() => Replica.Capture();

    /// <summary>Replaces the state.</summary>
    public void Restore(CheckpointSnapshot snapshot) => Replica.Restore(snapshot);

    public void Dispose() => Replica.Dispose();
}
