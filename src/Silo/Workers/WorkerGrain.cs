using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>Holds nothing: the thread belongs to <see cref="DeviceHost"/>, so an activation that is lost or made anew changes nothing for it.</summary>
[GrainType("worker"), DeviceSiloPlacement]
internal sealed class WorkerGrain(IDeviceHost host) : Grain, IWorkerGrain
{
    private string Experiment => this.GetPrimaryKeyString().Split('/')[0];

    private int Number => int.Parse(this.GetPrimaryKeyString().Split('/')[1]);

    public Task<bool> Start(Assignment assignment) => assignment.ExperimentId == Experiment && assignment.Worker == Number
        ? Task.FromResult(host.Start(assignment))
        : throw new ArgumentException($"Worker {this.GetPrimaryKeyString()} was given the assignment of worker {assignment.ExperimentId}/{assignment.Worker}.");

    public Task<bool> Direct(long generation, IReadOnlyList<Directive> directives) => Task.FromResult(host.Direct(Experiment, Number, generation, directives));

    public Task Stop(long generation, string reason)
    {
        host.Stop(Experiment, Number, generation, reason);
        return Task.CompletedTask;
    }
}
