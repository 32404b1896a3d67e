using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime.Scheduling;
using Orleans.Runtime.Timers;

namespace Orleans.Runtime.Activations;

/// <summary>
/// One grain in memory: its instance, its turns, its queue. Requests are begun in order; one that may not be let in while others run waits, and later ones
/// that may be let in go before it. Receiving, cancelling and deactivating are thread-safe; everything else happens in the activation's own turns.
/// </summary>
internal sealed partial class Activation : IGrainContext, IGrainExtensionBinder, ICallChainReentrantGrainContext
{
    private readonly Lock _lock = new();
    private readonly SiloServices.Shared _shared;
    private readonly List<WorkItem> _waiting = [];
    private readonly List<WorkItem> _running = [];
    private readonly HashSet<GrainTimer> _timers = [];
    private readonly Dictionary<Type, object> _components = [];
    private readonly Dictionary<Guid, int> _reentrantSections = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivationScheduler _scheduler;
    private readonly ActivationLifecycle _lifecycle;
    private readonly AsyncServiceScope _scope;
    private ActivationState _state = ActivationState.Activating;
    private WorkItem? _blocking;
    private bool _pumping;
    private bool _activated;
    private long _lastUsed;
    private DateTimeOffset _keepAliveUntil = DateTimeOffset.MinValue;

    public Activation(SiloServices.Shared shared, GrainActivator activator, GrainId id)
    {
        _shared = shared;
        Activator = activator;
        Address = GrainAddress.GetAddress(shared.Silo.SiloAddress, id, ActivationId.NewId());
        GrainReference = shared.References.Create(id, default);
        _scheduler = new ActivationScheduler(this);
        _lifecycle = new ActivationLifecycle(shared.Logger);
        _scope = shared.Services.CreateAsyncScope();
        _lastUsed = shared.Time.GetTimestamp();
    }

    public GrainReference GrainReference { get; }

    public GrainId GrainId => Address.GrainId;

    public object? GrainInstance { get; private set; }

    public ActivationId ActivationId => Address.ActivationId;

    public GrainAddress Address { get; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public IWorkItemScheduler Scheduler => _scheduler;

    public Task Deactivated => _deactivated.Task;

    public GrainActivator Activator { get; }

    public DeactivationReason DeactivationReason { get; private set; }

    public void AddTimer(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers.Add(timer);
        }
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        ArgumentNullException.ThrowIfNull(componentType);
        if (componentType.IsInstanceOfType(GrainInstance))
        {
            return GrainInstance;
        }

        if (componentType.IsInstanceOfType(this))
        {
            return this;
        }

        lock (_components)
        {
            if (_components.TryGetValue(componentType, out var component))
            {
                return component;
            }
        }

        return componentType == typeof(Orleans.Timers.ITimerRegistry) ? ActivationServices.GetRequiredService<Orleans.Timers.ITimerRegistry>()
            : typeof(IGrainExtension).IsAssignableFrom(componentType) ? MakeExtension(componentType)
            : null;
    }

    public void SetComponent<TComponent>(TComponent? value) where TComponent : class
    {
        lock (_components)
        {
            if (value is null)
            {
                _components.Remove(typeof(TComponent));
            }
            else
            {
                _components[typeof(TComponent)] = value;
            }
        }
    }

    public TExtensionInterface GetExtension<TExtensionInterface>() where TExtensionInterface : class, IGrainExtension => (TExtensionInterface)GetComponent(typeof(TExtensionInterface))!;

    public (TExtension, TExtensionInterface) GetOrSetExtension<TExtension, TExtensionInterface>(Func<TExtension> newExtensionFunc)
        where TExtension : class, TExtensionInterface
        where TExtensionInterface : class, IGrainExtension
    {
        TExtension extension;
        lock (_components)
        {
            if (_components.TryGetValue(typeof(TExtensionInterface), out var existing))
            {
                extension = (TExtension)existing;
            }
            else
            {
                _components[typeof(TExtensionInterface)] = extension = newExtensionFunc();
            }
        }

        return (extension, _shared.References.Cast<TExtensionInterface>(GrainId));
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"[{GrainId} {ActivationId} {_state}]";

    private object MakeExtension(Type type)
    {
        lock (_components)
        {
            if (!_components.TryGetValue(type, out var extension))
            {
                extension = ActivationServices.GetKeyedService<IGrainExtension>(type)
                    ?? throw new GrainExtensionNotInstalledException($"No extension of type {type} is installed on {GrainId}: register it with AddGrainExtension.");
                _components[type] = extension;
            }

            return extension;
        }
    }
}
