using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Placement;

/// <summary>
/// Chooses a silo for a grain that is active nowhere: the director of its class's strategy, if one is registered. The official strategies (random, hash,
/// prefer local, by activation count or resources) all come down to the one silo. Thread-safe.
/// </summary>
internal sealed class PlacementService(ILocalSiloDetails silo, IServiceProvider services) : IPlacementContext
{
    private readonly ConcurrentDictionary<GrainType, (PlacementStrategy? Strategy, IPlacementDirector? Director)> _directors = new();

    public SiloAddress LocalSilo => silo.SiloAddress;

    public SiloStatus LocalSiloStatus => SiloStatus.Active;

    public ValueTask<SiloAddress> Place(Message message, GrainClass grainClass)
    {
        var (strategy, director) = _directors.GetOrAdd(grainClass.GrainType, static (_, state) => state.Item1.Find(state.grainClass), (this, grainClass));
        if (director is null)
        {
            return new ValueTask<SiloAddress>(silo.SiloAddress);
        }

        var target = new PlacementTarget(message.TargetGrain, message.RequestContext, message.InterfaceType, 0);
        return new ValueTask<SiloAddress>(director.OnAddActivation(strategy!, target, this));
    }

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => [silo.SiloAddress];

    public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) => new Dictionary<ushort, SiloAddress[]> { [0] = [silo.SiloAddress] };

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
}
