namespace Sheaf.Training.Collectives;

/// <summary>
/// A reusable barrier for device threads: spins briefly (the others are usually microseconds behind), then parks. Abort wakes all.
/// No thread spins where there are more participants than processors.
/// </summary>
public sealed class WorkerBarrier
{
    private readonly object _gate = new();
    private readonly int _participants;
    private readonly int _spins;
    private int _missing;
    private int _phase;
    private volatile ReductionAbortedException? _aborted;

    /// <param name="participants">How many threads meet; at least 1.</param>
    /// <param name="spins">Rounds of about 0.1 microseconds before a thread parks; null chooses.</param>
    public WorkerBarrier(int participants, int? spins = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        _participants = _missing = participants;
        _spins = spins ?? (participants <= Environment.ProcessorCount ? 1000 : 0);
    }

    public bool IsAborted => _aborted is not null;

    /// <summary>The cause that <see cref="Abort"/> was given first; null where it was given none.</summary>
    public Exception? AbortedBy => _aborted?.InnerException;

    /// <summary>Returns when all participants have called it.</summary>
    /// <exception cref="ReductionAbortedException">The barrier was aborted before all had arrived.</exception>
    public void Wait()
    {
        ThrowIfAborted();
        if (_participants == 1)
        {
            return;
        }

        var phase = Volatile.Read(ref _phase);
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _missing = _participants;
            lock (_gate)
            {
                Volatile.Write(ref _phase, phase + 1);
                Monitor.PulseAll(_gate);
            }

            return;
        }

        for (var i = 0; i < _spins && Volatile.Read(ref _phase) == phase && _aborted is null; i++)
        {
            Thread.SpinWait(2);
        }

        if (Volatile.Read(ref _phase) != phase)
        {
            return;
        }

        lock (_gate)
        {
            while (_phase == phase)
            {
                ThrowIfAborted();
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Wakes all who wait and refuses all who come; the first reason stays.</summary>
    public void Abort(string reason, Exception? cause = null)
    {
        lock (_gate)
        {
            _aborted ??= new ReductionAbortedException(reason, cause);
            Monitor.PulseAll(_gate);
        }
    }

    public void ThrowIfAborted()
    {
        if (_aborted is { } aborted)
        {
            // A new one for each thread: a shared exception would mix their stack traces.
            throw new ReductionAbortedException(aborted.Message, aborted.InnerException);
        }
    }
}
