namespace Sheaf.Silo.Workers;

/// <summary>
/// How long the state of an experiment is kept on a silo on which none of its workers runs. Not thread-safe: used under the gate of one experiment.
/// </summary>
internal sealed class RetentionClock(TimeProvider time)
{
    /// <summary>
    /// For the state of a generation that was finished in order, or that this silo only prepared for: it is in a checkpoint, or nowhere needed.
    /// </summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Otherwise: the experiment goes on elsewhere and does not say so to silos that it has left, or its coordinator has been away for as long.
    /// </summary>
    public static readonly TimeSpan MaxKept = TimeSpan.FromHours(1);

    private long _touched = time.GetTimestamp();

    /// <summary>Nobody needs what is kept here.</summary>
    public bool IsFinishedInOrder { get; set; } = true;

    public bool IsOver => time.GetElapsedTime(_touched) >= (IsFinishedInOrder ? MaxIdle : MaxKept);

    /// <summary>Somebody asked for it.</summary>
    public void Touch() => _touched = time.GetTimestamp();
}
