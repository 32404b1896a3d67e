using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The device threads of this silo, as worker grains see them. Every call but <see cref="Survey"/> returns at once; threads outlive the grains that started
/// them. Thread-safe.
/// </summary>
internal interface IDeviceHost
{
    /// <summary>Begins in a generation, ending a lower one. False: a higher one is known here, or that one has ended. Repeating it changes nothing.</summary>
    bool Start(Assignment assignment);

    /// <summary>False: the worker does not run in that generation.</summary>
    bool Direct(string experimentId, int worker, long generation, IReadOnlyList<Directive> directives);

    /// <summary>Ends lower generations, waits for their threads (a few seconds at most), and says what is kept. Repeating it gives the same answer.</summary>
    Task<KeptState> Survey(string experimentId, long generation, CancellationToken cancellationToken);

    /// <summary>Loads data and builds a replica ahead. False: not done yet. Throws why it cannot be done; asked again, it is tried again.</summary>
    bool Prepare(Assignment assignment);

    /// <summary>Ends that generation and lower ones, and keeps nothing.</summary>
    void Stop(string experimentId, long generation, string reason);
}
