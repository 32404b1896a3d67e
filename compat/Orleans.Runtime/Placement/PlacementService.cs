using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Placement;

/// <summary>Chooses a silo for a grain that is active nowhere: by the director of its class's strategy if one is registered, else as <see cref="BuiltInPlacement"/> does. Thread-safe.</summary>
internal sealed class PlacementService(ILocalSiloDetails silo, IClusterMembershipService membership, IServiceProvider services) : IPlacementContext
{
    private readonly ConcurrentDictionary<GrainType, (PlacementStrategy? Strategy, IPlacementDirector? Director)> _directors = new();
    private readonly BuiltInPlacement _builtIn = new(silo.SiloAddress.GetConsistentHashCode());
    private ActiveSilos? _active;

    public SiloAddress LocalSilo => silo.SiloAddress;

    public SiloStatus LocalSiloStatus => membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);

    public ValueTask<SiloAddress> Place(Message message, GrainClass grainClass)
    {
        var (strategy, director) = _directors.GetOrAdd(grainClass.GrainType, static (_, state) => state.Item1.Find(state.grainClass), (this, grainClass));
        var target = new PlacementTarget(message.TargetGrain, message.RequestContext!, message.InterfaceType, 0);
        return director is null
            ? new ValueTask<SiloAddress>(_builtIn.Choose(strategy, target, silo.SiloAddress, GetCompatibleSilos(target)))
            : new ValueTask<SiloAddress>(director.OnAddActivation(strategy!, target, this));
    }

    /// <summary>The active silos. A cluster without any, which is starting or stopping, has this one.</summary>
    public SiloAddress[] GetCompatibleSilos(PlacementTarget target)
    {
        var snapshot = membership.CurrentSnapshot;
        var known = _active;
        if (!ReferenceEquals(known?.Snapshot, snapshot))
        {
            SiloAddress[] active = [.. snapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress).Order()];
            _active = known = new ActiveSilos(snapshot, active.Length > 0 ? active : [silo.SiloAddress]);
        }

        // A copy: it is the director's to change.
        return [.. known!.Silos];
    }

    public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) => new Dictionary<ushort, SiloAddress[]> { [0] = GetCompatibleSilos(target) };

    private (PlacementStrategy? Strategy, IPlacementDirector? Director) Find(GrainClass grainClass)
    {
        var strategy = grainClass.Type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy;
        if (strategy is null)
        {
            return default;
        }

        strategy = services.GetKeyedService<PlacementStrategy>(strategy.GetType().Name) ?? strategy;
        strategy.Initialize(grainClass.Properties);
        var director = services.GetKeyedService<IPlacementDirector>(strategy.GetType());
        return director is not null || strategy.GetType().Assembly == typeof(PlacementStrategy).Assembly
            ? (strategy, director)
            : throw new OrleansException($"{grainClass.Type} is placed by {strategy.GetType()}, but no director is registered for it: call AddPlacementDirector.");
    }

    private sealed record ActiveSilos(ClusterMembershipSnapshot Snapshot, SiloAddress[] Silos);
}
