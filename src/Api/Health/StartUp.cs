namespace Sheaf.Api.Health;

/// <summary>
/// Whether the silo has started. Until then the libraries' own log is silent: what keeps a silo from starting is told once, in a sentence. Thread-safe.
/// </summary>
internal sealed class StartUp
{
    private volatile bool _done;

    public bool IsDone
    {
        get => _done;
        set => _done = value;
    }

    /// <summary>What of a library's log is shown.</summary>
    public bool Hears(LogLevel level) => level >= (IsDone ? LogLevel.Warning : LogLevel.None);
}
