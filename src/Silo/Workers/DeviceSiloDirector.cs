using Orleans.Runtime.Placement;

namespace Sheaf.Silo.Workers;

/// <summary>The silo that the key names: it owns the device. Where that silo is gone, so is the worker, and the call fails.</summary>
internal sealed class DeviceSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = WorkerKey.Parse(target.GrainIdentity.Key.ToString() ?? "");
        var compatible = context.GetCompatibleSilos(target);
        return Array.Find(compatible, silo => silo.ToParsableString() == key.SiloAddress) is { } named
            ? Task.FromResult(named)
            : throw new OrleansException(
                $"Worker {key.Worker} of experiment '{key.Experiment}' belongs on silo {key.SiloAddress}, which is not active; "
                    + $"active are {string.Join(", ", compatible.Select(silo => silo.ToParsableString()))}.");
    }
}
