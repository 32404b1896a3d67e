using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>Holds nothing: the thread belongs to <see cref="DeviceHost"/>, so an activation that is lost or made anew changes nothing for it.</summary>
[GrainType("worker"), DeviceSiloPlacement]
internal sealed class WorkerGrain(IDeviceHost host) : Grain, IWorkerGrain
{
    private WorkerKey Key => WorkerKey.Parse(this.GetPrimaryKeyString());

    public Task<bool> Start(Assignment assignment) => assignment.ExperimentId == Key.Experiment && assignment.Worker == Key.Worker
        ? Task.FromResult(host.Start(assignment))
        : throw Mismatch(assignment);

    public Task<bool> Direct(long generation, IReadOnlyList<Directive> directives) =>
        Task.FromResult(host.Direct(Key.Experiment, Key.Worker, generation, directives));

    public Task<KeptState> Survey(long generation, CancellationToken cancellationToken) => host.Survey(Key.Experiment, generation, cancellationToken);

    public Task<bool> Prepare(Assignment assignment)
    {
        if (assignment.ExperimentId != Key.Experiment)
        {
            throw Mismatch(assignment);
        }

        try
        {
            return Task.FromResult(host.Prepare(assignment));
        }
        catch (Exception e)
        {
            throw InWords(e);
        }
    }

    public Task Stop(long generation, string reason)
    {
        host.Stop(Key.Experiment, generation, reason);
        return Task.CompletedTask;
    }

    /// <summary>What went wrong may be of a type that does not travel between silos; its words do.</summary>
    private static OrleansException InWords(Exception failure) => new(failure.Message);

    private ArgumentException Mismatch(Assignment assignment) =>
        new($"Worker {this.GetPrimaryKeyString()} was given the assignment of worker {assignment.ExperimentId}/{assignment.Worker}.");
}
