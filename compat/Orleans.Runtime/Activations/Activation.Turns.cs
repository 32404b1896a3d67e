using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Activations;

/// <content>What waits and what runs: which request may begin beside which.</content>
internal sealed partial class Activation
{
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
