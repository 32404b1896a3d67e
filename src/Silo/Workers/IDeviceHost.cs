using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>The device threads of this silo, as worker grains see them. Every call returns at once; threads outlive the grains that started them. Thread-safe.</summary>
internal interface IDeviceHost
{
    /// <summary>Begins in a generation, ending a lower one. False: a higher one is known here. Repeating it changes nothing.</summary>
    bool Start(Assignment assignment);

    /// <summary>False: the worker does not run in that generation.</summary>
    bool Direct(string experimentId, int worker, long generation, IReadOnlyList<Directive> directives);

    void Stop(string experimentId, int worker, long generation, string reason);
}
