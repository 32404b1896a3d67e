namespace Sheaf.Silo.Coordination;

/// <summary>What the coordinator has to do after it has written a change, in this order.</summary>
[Flags]
public enum RunEffects
{
    None = 0,

    /// <summary>Append "finish" to the directives, after a checkpoint where the run is to be paused.</summary>
    Drain = 1,

    /// <summary>Stop the workers of the record before the change at once.</summary>
    StopWorkers = 2,

    /// <summary>Give all devices, or the place in the queue, back.</summary>
    ReleaseDevices = 4,

    /// <summary>Lease the shards and start the workers of the new generation.</summary>
    StartWorkers = 8,

    /// <summary>Ask the pool for devices.</summary>
    RequestDevices = 16,
}
