using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Scheduling;
using Orleans.Runtime.Timers;

namespace Orleans.Runtime.Activations;

/// <summary>
/// One grain in memory: its instance, its turns, its queue. Requests are begun in order; one that may not be let in while others run waits, and later ones
/// that may be let in go before it. Receiving, cancelling and deactivating are thread-safe; everything else happens in the activation's own turns.
/// </summary>
internal sealed class Activation : IGrainContext, IGrainExtensionBinder, ICallChainReentrantGrainContext
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

    public void ReceiveMessage(object message) => Enqueue(new RequestItem((Message)message, _shared));

    public void Enqueue(WorkItem item)
    {
        lock (_lock)
        {
            if (_state != ActivationState.Invalid)
            {
                _waiting.Add(item);
                if (_state == ActivationState.Valid)
                {
                    _scheduler.QueueAction(static self => ((Activation)self).Pump(), this);
                }

                return;
            }
        }

        item.Return(this);
    }

    /// <summary>The caller no longer waits: a request that has not begun is dropped, one that runs is told through its token.</summary>
    public void Cancel(Message message)
    {
        RequestItem? dropped = null;
        lock (_lock)
        {
            var index = _waiting.FindIndex(w => w is RequestItem r && ReferenceEquals(r.Message, message));
            if (index >= 0)
            {
                dropped = (RequestItem)_waiting[index];
                _waiting.RemoveAt(index);
            }
        }

        if (dropped is not null)
        {
            dropped.Reject(new OperationCanceledException($"{message} was cancelled before it began."));
        }
        else
        {
            _scheduler.QueueAction(static request => ((Message)request).Request.TryCancel(), message);
        }
    }

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        _scheduler.QueueAction(() => _ = ActivateAsync(requestContext, cancellationToken));

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_state is ActivationState.Deactivating or ActivationState.Invalid)
            {
                return;
            }

            var activating = _state == ActivationState.Activating;
            DeactivationReason = deactivationReason;
            _state = ActivationState.Deactivating;
            if (activating || _running.Count > 0)
            {
                // Continued when the activation's start, or its last request, has ended.
                return;
            }
        }

        _scheduler.QueueAction(static self => _ = ((Activation)self).DeactivateAsync(), this);
    }

    /// <summary>Deactivates it if it has done nothing for its age limit.</summary>
    public void DeactivateIfIdle()
    {
        lock (_lock)
        {
            if (_state != ActivationState.Valid || _running.Count > 0 || _waiting.Count > 0 || Activator.CollectionAge == Timeout.InfiniteTimeSpan
                || _shared.Time.GetElapsedTime(_lastUsed) < Activator.CollectionAge || _shared.Time.GetUtcNow() < _keepAliveUntil)
            {
                return;
            }

            DeactivationReason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"The activation was idle for {Activator.CollectionAge}.");
            _state = ActivationState.Deactivating;
        }

        _scheduler.QueueAction(static self => _ = ((Activation)self).DeactivateAsync(), this);
    }

    /// <summary>Zero takes an earlier delay back; infinite delays for ever.</summary>
    public void DelayDeactivation(TimeSpan time)
    {
        lock (_lock)
        {
            var now = _shared.Time.GetUtcNow();
            _keepAliveUntil = time == TimeSpan.Zero ? DateTimeOffset.MinValue
                : time == Timeout.InfiniteTimeSpan || time > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue
                : now + time;
        }
    }

    public void Touch() => _lastUsed = _shared.Time.GetTimestamp();

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

    public void Rehydrate(IRehydrationContext context) => throw new NotSupportedException("Grains do not migrate in the compat assemblies.");

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        Deactivate(new DeactivationReason(DeactivationReasonCode.Migrating, "Migration was asked for; the grain is activated anew where it is called next."), cancellationToken);

    public void OnEnterReentrantSection(Guid reentrancyId)
    {
        lock (_lock)
        {
            _reentrantSections[reentrancyId] = _reentrantSections.GetValueOrDefault(reentrancyId) + 1;
        }
    }

    public void OnExitReentrantSection(Guid reentrancyId)
    {
        lock (_lock)
        {
            if (_reentrantSections.TryGetValue(reentrancyId, out var count))
            {
                if (count > 1)
                {
                    _reentrantSections[reentrancyId] = count - 1;
                }
                else
                {
                    _reentrantSections.Remove(reentrancyId);
                }
            }
        }
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

    private async Task ActivateAsync(Dictionary<string, object>? requestContext, CancellationToken cancellationToken)
    {
        RequestContextCopy.Import(requestContext);
        try
        {
            using var timeout = new CancellationTokenSource(_shared.Collection.ActivationTimeout, _shared.Time);
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var registered = await _shared.Directory.Register(Address, cancellation.Token);
            if (registered is not null && !registered.Matches(Address))
            {
                await EndAsync(new DeactivationReason(DeactivationReasonCode.DuplicateActivation, $"The grain is active as {registered}."), rejection: null);
                return;
            }

            GrainInstance = Activator.CreateInstance(this);
            if (GrainInstance is ILifecycleParticipant<IGrainLifecycle> participant)
            {
                participant.Participate(_lifecycle);
            }

            await _lifecycle.OnStart(cancellation.Token).WaitAsync(cancellation.Token);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(cancellation.Token).WaitAsync(cancellation.Token);
            }
        }
        catch (Exception exception)
        {
            _shared.Logger.LogError(exception, "Grain {Grain} could not be activated.", GrainId);
            await EndAsync(new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "The grain could not be activated."), exception);
            return;
        }

        RequestContext.Clear();
        lock (_lock)
        {
            _activated = true;
            Touch();
            if (_state == ActivationState.Activating)
            {
                _state = ActivationState.Valid;
            }
        }

        if (_state == ActivationState.Valid)
        {
            Pump();
        }
        else
        {
            await DeactivateAsync();
        }
    }

    private async Task DeactivateAsync()
    {
        RequestContext.Clear();
        GrainTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }

        if (_activated)
        {
            using var timeout = new CancellationTokenSource(_shared.Collection.DeactivationTimeout, _shared.Time);
            try
            {
                if (GrainInstance is IGrainBase grain)
                {
                    await grain.OnDeactivateAsync(DeactivationReason, timeout.Token).WaitAsync(timeout.Token);
                }
            }
            catch (Exception exception)
            {
                _shared.Logger.LogError(exception, "OnDeactivateAsync of grain {Grain} failed; it is deactivated all the same.", GrainId);
            }

            await _lifecycle.OnStop(timeout.Token);
        }

        await EndAsync(DeactivationReason, rejection: null);
    }

    // With a rejection, waiting requests fail with it; else they go to the grain's next activation.
    private async Task EndAsync(DeactivationReason reason, Exception? rejection)
    {
        DeactivationReason = reason;
        try
        {
            foreach (var component in _components.Values.ToArray())
            {
                if (component is IAsyncDisposable disposable)
                {
                    await disposable.DisposeAsync();
                }
                else
                {
                    (component as IDisposable)?.Dispose();
                }
            }

            if (GrainInstance is not null)
            {
                await GrainActivator.DisposeInstance(GrainInstance);
            }

            await _shared.Directory.Unregister(Address);
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            _shared.Logger.LogError(exception, "Grain {Grain} did not end cleanly.", GrainId);
        }

        // First out of the catalog: what is handed back below must not find this activation again.
        _shared.Catalog.Remove(this);
        WorkItem[] left;
        lock (_lock)
        {
            _state = ActivationState.Invalid;
            left = [.. _waiting];
            _waiting.Clear();
        }

        _deactivated.TrySetResult();
        foreach (var item in left)
        {
            if (rejection is null)
            {
                item.Return(this);
            }
            else
            {
                item.Reject(rejection);
            }
        }
    }

    // Always in a turn of its own scheduler, so the flag needs no lock.
    private void Pump()
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        try
        {
            while (TakeNext() is { } item)
            {
                _ = RunAsync(item);
            }
        }
        finally
        {
            _pumping = false;
        }
    }

    private WorkItem? TakeNext()
    {
        lock (_lock)
        {
            if (_state != ActivationState.Valid)
            {
                return null;
            }

            for (var i = 0; i < _waiting.Count; i++)
            {
                var item = _waiting[i];
                if (MayBegin(item))
                {
                    _waiting.RemoveAt(i);
                    _running.Add(item);
                    if (_blocking is null && !Interleaves(item))
                    {
                        _blocking = item;
                    }

                    return item;
                }
            }

            return null;
        }
    }

    private bool Interleaves(WorkItem item) => item.IsAlwaysInterleave || Activator.IsReentrant
        || (item is RequestItem request && Activator.MayInterleave?.Invoke(GrainInstance!, request.Message.Request) == true);

    private bool MayBegin(WorkItem item) => _blocking is null || Interleaves(item) || (_blocking.IsReadOnly && item.IsReadOnly)
        || (_reentrantSections.Count > 0 && item.ReentrancyId is var id && id != Guid.Empty && _reentrantSections.ContainsKey(id));

    private async Task RunAsync(WorkItem item)
    {
        await item.Run(this);
        bool last;
        lock (_lock)
        {
            _running.Remove(item);
            if (ReferenceEquals(_blocking, item))
            {
                _blocking = _running.Find(r => !Interleaves(r));
            }

            if (item is RequestItem)
            {
                Touch();
            }

            last = _state == ActivationState.Deactivating && _running.Count == 0;
        }

        if (last)
        {
            await DeactivateAsync();
        }
        else
        {
            Pump();
        }
    }
}
