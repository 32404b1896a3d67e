using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Reads a run's data and builds a replica in the background, so that a silo that will join does not keep the others waiting. The replica goes to what is
/// kept of the run; the data to the cache.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "A source of cancellation without timer and links holds nothing "
    + "to give back.")]
internal sealed class ReplicaPreparation(Assignment assignment, HostServices services, StateCache kept)
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Faults with the reason where this silo cannot take part.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <returns>Itself.</returns>
    public ReplicaPreparation Start()
    {
        Done = Task.Run(Prepare);
        return this;
    }

    /// <summary>Completes, without a fault, when nothing happens any more.</summary>
    public Task Settled => Done.ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>What is being made will be thrown away.</summary>
    public void Stop() => _stop.Cancel();

    private async Task Prepare()
    {
        var generation = new AssignedGeneration(assignment, services.SiloAddress);
        var data = await services.Datasets.Load(assignment.SpecYaml, assignment.BasePath, generation.Spec, generation.Facts, _stop.Token);
        var place = assignment.Workers.First(worker => worker.Number == assignment.Worker);
        var options = new WorkerOptions
        {
            Spec = generation.Spec,
            Data = data,
            ExperimentId = assignment.ExperimentId,
            Worker = place.Number,
            Generation = assignment.Generation,
            Shards = place.Shards,
            IsLeader = false,
            Device = place.Device,
            SpecYaml = assignment.SpecYaml,
            Packages = services.Datasets.Packages,
        };

        // A thread of its own: the number of kernel threads is set for the calling one.
        var replica = await Task.Factory.StartNew(
            () => KeptReplica.Build(options, services.Time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (_stop.IsCancellationRequested)
        {
            replica.Dispose();
        }
        else
        {
            kept.AddPrepared(replica);
        }
    }
}
