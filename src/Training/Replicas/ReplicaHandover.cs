using Sheaf.Training.Collectives;

namespace Sheaf.Training.Replicas;

/// <summary>How a worker comes by its replica.</summary>
internal static class ReplicaHandover
{
    /// <summary>The replica that the worker is given, on its device; else a new one. It has joined the group.</summary>
    public static ITrainingReplica Take(WorkerOptions options, LocalGroup group, TimeProvider time, PhaseBoard phases)
    {
        var replica = options.Reuse?.Replica as ITrainingReplica ?? ITrainingReplica.Build(options, time);
        if (!replica.IsOn(options.Computing))
        {
            replica = Moved(replica, options, time);
        }

        replica.Join(options, group, phases);
        return replica;
    }

    /// <summary>A replica that a worker on another GPU of this silo left. Where that fails it stays what it was.</summary>
    private static ITrainingReplica Moved(ITrainingReplica left, WorkerOptions options, TimeProvider time)
    {
        var moved = ITrainingReplica.Build(options, time);
        try
        {
            moved.Restore(left.Capture());
        }
        catch
        {
            moved.Dispose();
            throw;
        }

        left.Dispose();
        return moved;
    }
}
