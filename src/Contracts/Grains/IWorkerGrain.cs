using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// One replica of one experiment on one silo (the key is "experiment/worker/silo address", see <see cref="KeyOf"/>); lives on that silo, which owns its device,
/// and steers the device's thread there. Every call is short: it says what is to be done, the thread's reports say what was done.
/// </summary>
[Alias("sheaf.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Begins in a generation; workers of a lower one are ended first. False: this silo has seen a higher one.</summary>
    [Alias("Start"), ResponseTimeout("00:00:10")]
    Task<bool> Start(Assignment assignment);

    /// <summary>Directives in order; those that the worker already has are ignored. False: it does not run in that generation.</summary>
    [Alias("Direct"), ResponseTimeout("00:00:05")]
    Task<bool> Direct(long generation, IReadOnlyList<Directive> directives);

    /// <summary>
    /// Ends the experiment's workers of generations below <paramref name="generation"/> on this silo, and says what state is kept in memory. From here on the
    /// silo refuses those generations. Asking again gives the same answer.
    /// </summary>
    [Alias("Survey"), ResponseTimeout("00:00:05")]
    Task<KeptState> Survey(long generation, CancellationToken cancellationToken);

    /// <summary>
    /// Reads data and builds a model, so that a later <see cref="Start"/> is quick. True: done. False: still at it, ask again. Throws where this silo's data
    /// are not the run's.
    /// </summary>
    [Alias("Prepare"), ResponseTimeout("00:00:05")]
    Task<bool> Prepare(Assignment assignment);

    /// <summary>Stops at once and keeps nothing of that generation or a lower one.</summary>
    [Alias("Stop"), ResponseTimeout("00:00:05")]
    Task Stop(long generation, string reason);

    static string KeyOf(string experimentId, int worker, string siloAddress) => $"{experimentId}/{worker}/{siloAddress}";
}
