namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What the user wants of an experiment. Written with the run's record, and read again before every step of a recovery.</summary>
public enum DesiredState
{
    Run,
    Pause,
    Cancel,
}
