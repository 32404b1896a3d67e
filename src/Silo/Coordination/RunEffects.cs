namespace Sheaf.Silo.Coordination;

/// <summary>What the coordinator has to do after it has written a change, in this order.</summary>
[Flags]
public enum RunEffects
{
    None = 0,

    /// <summary>Stop the workers of the record before the change at once, and let them keep nothing.</summary>
    StopWorkers = 1,

    /// <summary>Give all devices, or the place in the queue, back.</summary>
    ReleaseDevices = 2,

    /// <summary>Begin the generation that was written: survey its silos, lease the shards, start the workers.</summary>
    Regroup = 4,

    /// <summary>Ask the pool for devices.</summary>
    RequestDevices = 8,
}
