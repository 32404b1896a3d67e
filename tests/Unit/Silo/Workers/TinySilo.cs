using System.Collections.Concurrent;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Workers;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;

namespace Sheaf.Tests.Unit.Silo.Workers;

/// <summary>One silo's side of one experiment, without grains: real threads and models, the coordinator and the other silos in this process.</summary>
internal sealed class TinySilo : IPeers
{
    private readonly TinyCluster _cluster;
    private readonly ConcurrentQueue<Task> _pumps = new();

    public TinySilo(TinyCluster cluster, string name)
    {
        (_cluster, Name) = (cluster, name);
        var services = new HostServices(
            name,
            Address,
            cluster.Coordinator,
            this,
            new DatasetCache(new()),
            new DirectoryCheckpointStore(cluster.Checkpoints, cluster.Time, Faults),
            cluster.Logs,
            cluster.Meters,
            new(TimeProvider.System),
            Faults,
            cluster.Time,
            () => _pumps.Enqueue(Pump()),
            (_, _) => { },
            new(),
            new());
        Run = new("tiny", services);
    }

    public string Name { get; }

    public string Address => $"{Name}:1";

    public ScriptedFaults Faults { get; } = new();

    public ExperimentHost Run { get; }

    public int Fetches { get; private set; }

    public HashSet<string> Linked { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Reachable => _cluster.Silos.Where(silo => silo != this).Select(silo => silo.Address).ToArray();

    public void Link(IReadOnlyList<WorkerPlace> workers) => Linked.UnionWith(workers.Select(worker => worker.SiloAddress));

    public IExchange Join(Assignment assignment, int shards, int length) =>
        throw new InvalidOperationException("This cluster reduces through its coordinator.");

    public Task<CheckpointSnapshot> Fetch(StateDonor donor, string experimentId, long step, CancellationToken cancellationToken)
    {
        Fetches++;
        return _cluster.Silos.Single(silo => silo.Address == donor.SiloAddress).Run.TryGet(step, out var state)
            ? Task.FromResult(state)
            : Task.FromException<CheckpointSnapshot>(new IOException("it is not here"));
    }

    /// <summary>Done when what was signalled until now was reported, and answered.</summary>
    public Task Quiet() => Task.WhenAll(_pumps);

    /// <summary>As the device host does at every signal and tick.</summary>
    public async Task Pump()
    {
        if (Run.Reporter is { } reporter && await reporter.Send() is { } goesOn && (!goesOn || reporter.IsDone))
        {
            Run.Over(reporter, reporter.IsDone);
        }
    }
}
