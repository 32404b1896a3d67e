namespace Sheaf.Testbed;

/// <summary>Waits for something that tells nobody when it happens.</summary>
internal static class Until
{
    /// <summary>How long anything may take on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Task TrueAsync(Func<bool> condition, string what, CancellationToken cancel = default) =>
        TrueAsync(() => Task.FromResult(condition()), () => what, cancel);

    /// <exception cref="TimeoutException">It did not happen for <see cref="Patience"/>.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, CancellationToken cancel = default)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        try
        {
            while (!await condition())
            {
                await timer.WaitForNextTickAsync(both.Token);
            }
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not happen within {Patience.TotalSeconds} s: {what()}.", e);
        }
    }
}
