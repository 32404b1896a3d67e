namespace Sheaf.Client.Hosting;

/// <summary>
/// Whether standard output still takes what is written: a full disk, a closed stream or a reader that has left (`| head -1`) is no failure of the verb's work.
/// Thread-safe.
/// </summary>
internal sealed class OutputHealth : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly CancellationTokenRegistration _registration;
    private int _told;

    /// <param name="interrupted">The first Ctrl-C.</param>
    public OutputHealth(CancellationToken interrupted) => _registration = interrupted.Register(_enough.Cancel);

    /// <summary>Why it cannot be written; null: it can, or its reader has left.</summary>
    public string? Failure { get; private set; }

    public bool ReaderLeft { get; private set; }

    /// <summary>Cancelled when something is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Cancelled when the user wants no more of a verb: by Ctrl-C, or because the reader of its output has closed the pipe.</summary>
    public CancellationToken Enough => _enough.Token;

    /// <summary>Whether <see cref="Failure"/> has been reported to the user.</summary>
    public bool IsTold => _told > 0;

    /// <summary>Says once that standard output is lost and what becomes of the work; nothing where its reader has left, who knows.</summary>
    public void TellThatWorkGoesOn(TextWriter error, string what)
    {
        if (Failure is { } reason && Interlocked.Exchange(ref _told, 1) == 0)
        {
            error.WriteLine($"warning: standard output cannot be written ({reason}); {what}");
        }
    }

    public void Fail(string reason)
    {
        Failure ??= reason;
        _lost.Cancel();
    }

    public void Leave()
    {
        ReaderLeft = true;
        _lost.Cancel();
        _enough.Cancel();
    }

    public void Dispose()
    {
        _registration.Dispose();
        _lost.Dispose();
        _enough.Dispose();
    }
}
