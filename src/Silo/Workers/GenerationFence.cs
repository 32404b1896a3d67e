namespace Sheaf.Silo.Workers;

/// <summary>
/// Which generations of one experiment may still act on this silo. Numbers only grow; a lower one never acts, and never deletes what a higher one has seen.
/// Pure but for its own state. Not thread-safe.
/// </summary>
internal sealed class GenerationFence
{
    private long _ended = -1;
    private long _stopped = -1;

    /// <summary>The highest generation that this silo knows of; -1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>Workers are to begin in that generation. False: a higher one is known, or that one has ended here already.</summary>
    public bool MayStart(long generation)
    {
        if (generation < Highest || generation <= _ended)
        {
            return false;
        }

        Highest = generation;
        return true;
    }

    /// <summary>Somebody prepares that generation and asks for the state: from here on lower ones are refused. False: a higher one is known.</summary>
    public bool MaySurvey(long generation)
    {
        if (generation < Highest)
        {
            return false;
        }

        Highest = generation;
        return true;
    }

    /// <summary>That generation is to be forgotten with everything it left. False: a higher one is known, whose state this may be.</summary>
    public bool MayStop(long generation)
    {
        if (generation < Highest)
        {
            return false;
        }

        Highest = generation;
        Volatile.Write(ref _stopped, generation);
        End(generation);
        return true;
    }

    /// <summary>
    /// Whether what that generation still writes may be of use. Of one that was stopped, whoever stopped it has taken away what it found. May be asked by any
    /// thread.
    /// </summary>
    public bool IsWanted(long generation) => generation > Volatile.Read(ref _stopped);

    /// <summary>That generation's workers have ended here: they do not begin again.</summary>
    public void End(long generation) => _ended = Math.Max(_ended, generation);
}
