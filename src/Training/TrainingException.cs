namespace Sheaf.Training;

/// <summary>The run's own fault (a non-finite loss, a shape that does not fit, a user's exception): another silo would fail the same way.</summary>
public sealed class TrainingException : Exception
{
    public TrainingException(string message, long step, int? shard, Exception? cause = null)
        : base(message, cause)
    {
        Step = step;
        Shard = shard;
    }

    public long Step { get; }

    /// <summary>Null where no single shard is to blame.</summary>
    public int? Shard { get; }
}
