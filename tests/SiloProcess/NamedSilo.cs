using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Sheaf.Tests.SiloProcess;

internal sealed class NamedSiloPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class NamedSiloPlacementAttribute() : PlacementAttribute(new NamedSiloPlacement());

/// <summary>A grain whose key is NAME/REST goes to the silo of that name; to any other one when it is not active.</summary>
internal sealed class NamedSiloDirector(IServiceProvider services) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var name = target.GrainIdentity.Key.ToString()!.Split('/')[0];
        var members = services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members;
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(Array.Find(silos, s => members[s].Name == name) ?? silos[0]);
    }
}
