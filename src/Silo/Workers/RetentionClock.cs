namespace Sheaf.Silo.Workers;

/// <summary>
/// How long the state of an experiment is kept on a silo on which none of its workers runs. Not thread-safe: used under the gate of one experiment.
/// </summary>
internal sealed class RetentionClock(GenerationOptions options, TimeProvider time)
{
    private long _touched = time.GetTimestamp();

    /// <summary>The state is of a generation that was finished in order, or that this silo only prepared for: no other silo needs it.</summary>
    public bool IsFinishedInOrder { get; set; } = true;

    public bool IsOver => time.GetElapsedTime(_touched) >= (IsFinishedInOrder ? options.KeepIdle : options.KeepState);

    /// <summary>Somebody asked for it.</summary>
    public void Touch() => _touched = time.GetTimestamp();
}
