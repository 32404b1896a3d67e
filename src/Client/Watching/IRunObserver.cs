namespace Sheaf.Client.Watching;

/// <summary>Sees a run beside whoever shows it. Its failures are its own.</summary>
internal interface IRunObserver
{
    /// <summary>Called after each update; the next one waits for it.</summary>
    Task SeeAsync(RunView view, CancellationToken cancellation);
}
