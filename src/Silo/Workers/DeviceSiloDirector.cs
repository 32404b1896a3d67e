using Orleans.Runtime.Placement;

namespace Sheaf.Silo.Workers;

/// <summary>The silo that the caller named, if it is there; else the local one, where the generation fences what then happens.</summary>
internal sealed class DeviceSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var compatible = context.GetCompatibleSilos(target);
        var named = DeviceSiloPlacement.HintOf(target.RequestContextData) is { } hint ? Array.Find(compatible, silo => silo.ToParsableString() == hint) : null;
        return Task.FromResult(named ?? (Array.IndexOf(compatible, context.LocalSilo) >= 0 ? context.LocalSilo : compatible[0]));
    }
}
