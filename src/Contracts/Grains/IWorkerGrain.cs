using Sheaf.Contracts.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// One replica of one experiment (the key is "experiment/worker"); lives on the silo that owns its device, and steers the device's thread there.
/// Every call is short: it says what is to be done, the thread's reports say what was done.
/// </summary>
[Alias("sheaf.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Begins in a generation; a worker of a lower one is stopped first. False: this silo has seen a higher one.</summary>
    [Alias("Start")]
    Task<bool> Start(Assignment assignment);

    /// <summary>Directives in order; those that the worker already has are ignored. False: it does not run in that generation.</summary>
    [Alias("Direct")]
    Task<bool> Direct(long generation, IReadOnlyList<Directive> directives);

    /// <summary>Stops at once and keeps nothing, if it runs in that generation or a lower one.</summary>
    [Alias("Stop")]
    Task Stop(long generation, string reason);
}
