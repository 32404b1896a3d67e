namespace Sheaf.Tests.Unit.Transport;

internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Waits for what another thread is about to do; <paramref name="nudge"/> is done again and again meanwhile.</summary>
    public static async Task True(Func<bool> condition, Action? nudge = null)
    {
        using var guard = new CancellationTokenSource(Patience);
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            nudge?.Invoke();
            await Task.Yield();
        }
    }
}
