namespace Sheaf.Silo.Turns;

/// <summary>
/// Within one grain of which some calls interleave: work that must not, one after the other in the order of the calls. Not thread-safe: used within turns of
/// that grain.
/// </summary>
public sealed class TurnQueue
{
    private Task _last = Task.CompletedTask;

    /// <summary>Begins when all that was given before has ended, well or not.</summary>
    public async Task<T> Run<T>(Func<Task<T>> work)
    {
        var before = _last;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _last = ended.Task;
        await before;
        try
        {
            return await work();
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public Task Run(Func<Task> work) => Run(async () =>
    {
        await work();
        return true;
    });
}
