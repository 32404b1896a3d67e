using Microsoft.Extensions.Logging;
using Orleans.Runtime.Timers;

namespace Orleans.Runtime.Activations;

/// <content>Begin and end: both in turns of the activation, with what waits kept for the next one.</content>
internal sealed partial class Activation
{
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

    public void Rehydrate(IRehydrationContext context) => throw new NotSupportedException("Grains do not migrate in the compat assemblies.");

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        Deactivate(new DeactivationReason(DeactivationReasonCode.Migrating, "Migration was asked for; the grain is activated anew where it is called next."), cancellationToken);

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
}
