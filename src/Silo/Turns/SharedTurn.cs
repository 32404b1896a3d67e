namespace Sheaf.Silo.Turns;

/// <summary>
/// Work of a <see cref="TurnQueue"/> that is the same whoever asks for it: all who ask before its turn begins share that turn, so at most one waits. Not
/// thread-safe, as its queue.
/// </summary>
public sealed class SharedTurn(TurnQueue turns, Func<Task> work)
{
    private Task _ended = Task.CompletedTask;
    private bool _waits;

    /// <summary>Ends with a turn that began after the call.</summary>
    public Task Run()
    {
        if (!_waits)
        {
            _waits = true;
            _ended = turns.Run(() =>
            {
                _waits = false;
                return work();
            });
        }

        return _ended;
    }
}
