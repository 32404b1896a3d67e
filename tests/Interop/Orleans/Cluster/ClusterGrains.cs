using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

internal interface IPlaceGrain : IGrainWithStringKey
{
    Task<string> Where();

    Task<byte[]> Echo(byte[] bytes);

    [ResponseTimeout("00:00:01")]
    Task<string> WhereSoon();

    Task<byte[]> Make(int size);

    Task<string?> Context(string key);

    /// <summary>Says that it has begun, and ends when it is cancelled.</summary>
    [ResponseTimeout("00:05:00")]
    Task WaitAsync(string name, CancellationToken cancellationToken);

    Task Throw(Exception exception);

    Task ThrowUnsendable();

    IAsyncEnumerable<int> Count(int count, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> Endless(string name, CancellationToken cancellationToken = default);

    /// <summary>Calls the other grain, which calls this one back.</summary>
    Task<string> CallThrough(IPlaceGrain other);

    Task<string> CallBack(IPlaceGrain first);

    [OneWay]
    Task Tell(string name);
}

internal abstract class PlaceGrainBase(ClusterEvents events) : Grain, IPlaceGrain
{
    private readonly TaskCompletionSource _never = new();

    public Task<string> Where() => Task.FromResult(RuntimeIdentity);

    public Task<string> WhereSoon() => Where();

    public Task<byte[]> Echo(byte[] bytes) => Task.FromResult(bytes);

    public Task<byte[]> Make(int size) => Task.FromResult(new byte[size]);

    public Task<string?> Context(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        events.Happened(name + " began");
        try
        {
            await _never.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            events.Happened(name + " cancelled");
            throw;
        }
    }

    public Task Throw(Exception exception) => throw exception;

    public Task ThrowUnsendable() => throw new UnsendableException();

    public async IAsyncEnumerable<int> Count(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    public async IAsyncEnumerable<int> Endless(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return i;
            }
        }
        finally
        {
            events.Happened(name + " ended");
        }
    }

    public async Task<string> CallThrough(IPlaceGrain other)
    {
        using var scope = RequestContext.AllowCallChainReentrancy();
        return await other.CallBack(this.AsReference<IPlaceGrain>());
    }

    public Task<string> CallBack(IPlaceGrain first) => first.Where();

    public Task Tell(string name)
    {
        events.Happened(name);
        return Task.CompletedTask;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        events.Activated.Add(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        events.Happened(this.GetPrimaryKeyString() + " deactivated", reason.ReasonCode.ToString());
        return Task.CompletedTask;
    }
}

/// <summary>Neither attributed nor of a namespace that is sent anyway.</summary>
internal sealed class UnsendableException : Exception;

[RandomPlacement]
internal sealed class PlaceGrain(ClusterEvents events) : PlaceGrainBase(events);

internal interface ILocalGrain : IPlaceGrain;

[PreferLocalPlacement]
internal sealed class LocalGrain(ClusterEvents events) : PlaceGrainBase(events), ILocalGrain;

internal interface IHashedGrain : IPlaceGrain;

[HashBasedPlacement]
internal sealed class HashedGrain(ClusterEvents events) : PlaceGrainBase(events), IHashedGrain;

internal interface IDirectedGrain : IPlaceGrain;

/// <summary>A grain whose key is ADDRESS or ADDRESS/REST goes to the silo of that address.</summary>
[DirectedPlacement]
internal sealed class DirectedGrain(ClusterEvents events) : PlaceGrainBase(events), IDirectedGrain;

internal sealed class DirectedPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class DirectedPlacementAttribute() : PlacementAttribute(new DirectedPlacement());

/// <summary>Names a silo whether it lives or not, unless the key allows "or any other".</summary>
internal sealed class DirectedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        var silo = SiloAddress.FromParsableString(key.Split('/')[0]);
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos.Contains(silo) || key.EndsWith("only", StringComparison.Ordinal) ? silo : silos[0]);
    }

    public static void AddTo(ISiloBuilder silo) => silo.AddPlacementDirector<DirectedPlacement, DirectedPlacementDirector>();

    public static T On<T>(ClusterSilo from, ClusterSilo to, string rest) where T : IDirectedGrain => from.Grains.GetGrain<T>($"{to.Address.ToParsableString()}/{rest}");
}
