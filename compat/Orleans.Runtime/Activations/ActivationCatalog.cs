using System.Collections.Concurrent;
using Orleans.Metadata;

namespace Orleans.Runtime.Activations;

/// <summary>The activations of this silo. Thread-safe.</summary>
internal sealed class ActivationCatalog(InterfaceRegistry interfaces)
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ConcurrentDictionary<GrainType, GrainActivator> _activators = new();
    private readonly Lock _create = new();
    private ITimer? _collector;
    private bool _stopped;

    public ICollection<Activation> All => _activations.Values;

    public Activation? Find(GrainId id) => _activations.GetValueOrDefault(id);

    public GrainActivator GetActivator(GrainType type, SiloServices.Shared shared) =>
        _activators.GetOrAdd(type, static (t, state) => new GrainActivator(state.interfaces.GetClass(t), state.shared.Services, state.shared.Collection), (interfaces, shared));

    /// <summary>Throws when the silo is stopping.</summary>
    public Activation FindOrCreate(GrainId id, SiloServices.Shared shared, Dictionary<string, object>? requestContext)
    {
        if (_activations.TryGetValue(id, out var found))
        {
            return found;
        }

        var activator = GetActivator(id.Type, shared);
        Activation activation;
        lock (_create)
        {
            if (_activations.TryGetValue(id, out found))
            {
                return found;
            }

            if (_stopped)
            {
                throw new SiloUnavailableException($"The silo is stopping: grain {id} is not activated any more.");
            }

            activation = new Activation(shared, activator, id);
            _activations[id] = activation;
        }

        activation.Activate(requestContext);
        return activation;
    }

    public void Remove(Activation activation) => _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    public void StartCollecting(TimeProvider time, TimeSpan period)
    {
        using var flow = ExecutionContext.SuppressFlow();
        _collector = time.CreateTimer(_ => Collect(), null, period, period);
    }

    /// <summary>Ends every activation, and returns when all have ended or the wait is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        lock (_create)
        {
            _stopped = true;
        }

        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
        var activations = _activations.Values.ToArray();
        foreach (var activation in activations)
        {
            activation.Deactivate(reason, cancellationToken);
        }

        await Task.WhenAll(activations.Select(a => a.Deactivated)).WaitAsync(cancellationToken);
    }

    private void Collect()
    {
        foreach (var activation in _activations.Values)
        {
            activation.DeactivateIfIdle();
        }
    }
}
