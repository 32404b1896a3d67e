namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Where an experiment is. The last three are terminal.</summary>
public enum RunState
{
    /// <summary>Waits for devices.</summary>
    Queued,

    /// <summary>Has devices; workers load data and weights.</summary>
    Starting,

    Running,

    /// <summary>Stopped at a checkpoint, at a user's word; holds no device.</summary>
    Paused,

    /// <summary>Lost its workers; goes on from the last checkpoint as soon as it has devices.</summary>
    Recovering,

    Completed,

    Failed,

    Cancelled,
}
