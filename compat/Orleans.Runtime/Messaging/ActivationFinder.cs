using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Activations;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.MembershipService;
using Orleans.Runtime.Placement;

namespace Orleans.Runtime.Messaging;

/// <summary>Looks a grain up in the directory, or has it placed. Calls that look for the same grain at once look together, so that they do not place it in several ways. Thread-safe.</summary>
internal sealed class ActivationFinder(
    ClusterGrainDirectory directory, GrainLocator locator, PlacementService placement, ClusterMembership membership, ActivationCatalog catalog, IServiceProvider services)
{
    private readonly ConcurrentDictionary<GrainId, Task<(SiloAddress Silo, bool IsPlaced)>> _running = new();
    private SiloServices.Shared? _shared;

    private SiloServices.Shared Shared => _shared ??= services.GetRequiredService<SiloServices.Shared>();

    /// <summary>The silo to send the message to; placed: the grain is active nowhere and is to be activated there.</summary>
    public Task<(SiloAddress Silo, bool IsPlaced)> Find(Message message)
    {
        if (_running.TryGetValue(message.TargetGrain, out var running))
        {
            return running;
        }

        var source = new TaskCompletionSource<(SiloAddress, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lookup = _running.GetOrAdd(message.TargetGrain, source.Task);
        if (ReferenceEquals(lookup, source.Task))
        {
            _ = Complete(message, source);
        }

        return lookup;
    }

    private async Task Complete(Message message, TaskCompletionSource<(SiloAddress, bool)> source)
    {
        try
        {
            var found = await LookUpOrPlace(message);
            _running.TryRemove(message.TargetGrain, out _);
            source.SetResult(found);
        }
        catch (Exception exception)
        {
            _running.TryRemove(message.TargetGrain, out _);
            source.SetException(exception);
        }
    }

    private async Task<(SiloAddress Silo, bool IsPlaced)> LookUpOrPlace(Message message)
    {
        var grain = message.TargetGrain;
        var found = await locator.Find(grain);

        // A row of this silo's own without an activation is old, or its activation is ending: a new one replaces it here, as its calls come here anyway.
        if (found is not null && !(found.Equals(membership.LocalSilo) && membership.LocalStatus != SiloStatus.Active))
        {
            directory.Remember(grain, found);
            return (found, false);
        }

        var silo = await placement.Place(message, catalog.GetActivator(grain.Type, Shared).Class);
        if (!silo.Equals(membership.LocalSilo) && membership.View.StatusOf(silo) != SiloStatus.Active)
        {
            throw new OrleansException(
                $"The placement of grain {grain} chose the silo {silo}, which is {membership.View.StatusOf(silo)}. Choose one of those that IPlacementContext.GetCompatibleSilos gives: {string.Join(", ", membership.View.Active)}.");
        }

        directory.Remember(grain, silo);
        return (silo, true);
    }
}
