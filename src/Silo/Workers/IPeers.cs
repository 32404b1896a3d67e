using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;

namespace Sheaf.Silo.Workers;

/// <summary>The other silos' data planes, as the runs of this silo use them. Thread-safe.</summary>
internal interface IPeers
{
    /// <summary>Addresses of the silos that the data plane can reach.</summary>
    IReadOnlyCollection<string> Reachable { get; }

    /// <summary>
    /// Holds links to these workers' silos from now on, whatever the reduction: a silo that dies is noticed over a link, and the cluster may list it later than
    /// a run begins on it.
    /// </summary>
    void Link(IReadOnlyList<WorkerPlace> workers);

    /// <summary>This silo's part in the reduction <c>peer</c> of a generation. Disposing it, where it can be disposed of, ends it.</summary>
    /// <param name="length">Floats of a gradient's parts.</param>
    IExchange Join(Assignment assignment, int shards, int length);

    /// <summary>Copies the state before <paramref name="step"/> from another silo's memory, and verifies it.</summary>
    /// <exception cref="IOException">It could not be had from there; the message says why.</exception>
    Task<CheckpointSnapshot> Fetch(StateDonor donor, string experimentId, long step, CancellationToken cancellationToken);
}
