using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>The calls of this process that wait for a response. Timeouts are looked for every min(response timeout, 1 s), as officially. Thread-safe.</summary>
internal sealed class PendingCalls(TimeProvider time, MessagingOptions options, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<long, Callback> _calls = new();
    private ITimer? _timer;
    private volatile bool _stopped;

    public void Start()
    {
        var period = options.ResponseTimeout < TimeSpan.FromSeconds(1) ? options.ResponseTimeout : TimeSpan.FromSeconds(1);
        period = period < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : period;
        using var flow = ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(_ => Expire(), null, period, period);
    }

    /// <summary>Adds the call; false, and the call is completed, when the silo has stopped.</summary>
    public bool Add(Callback callback, IMessageCenter center)
    {
        callback.Timeout = callback.Message.Request.GetDefaultResponseTimeout() ?? options.ResponseTimeout;
        callback.Deadline = time.GetTimestamp() + (long)(callback.Timeout.TotalSeconds * time.TimestampFrequency);
        callback.Message.Timeout = callback.Timeout;
        _calls[callback.Message.Id] = callback;
        if (_stopped)
        {
            Fail(callback);
            return false;
        }

        var token = callback.Message.Request.GetCancellationToken();
        if (token.CanBeCanceled)
        {
            callback.OnCancelled(token, (call, cancelled) => Cancel(call, cancelled, center));
        }

        return true;
    }

    public void Complete(Callback callback, Response response)
    {
        _calls.TryRemove(callback.Message.Id, out _);
        callback.TryComplete(response);
    }

    public Callback? Find(long id) => _calls.GetValueOrDefault(id);

    /// <summary>Fails the calls that were sent to a silo which has been declared dead.</summary>
    public void BreakCallsTo(SiloAddress silo)
    {
        foreach (var callback in _calls.Values)
        {
            if (silo.Equals(callback.Message.TargetSilo))
            {
                Complete(callback, Response.FromException(new SiloUnavailableException(
                    $"The target silo {silo} has been declared dead while the call was in flight; whether it was executed is unknown: {callback.Message}.")));
            }
        }
    }

    /// <summary>Fails what is still waiting, and every later call.</summary>
    public void Stop()
    {
        _stopped = true;
        Dispose();
        foreach (var callback in _calls.Values)
        {
            Fail(callback);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Fail(Callback callback) => Complete(callback, Response.FromException(
        new SiloUnavailableException($"The local silo is shutting down and can no longer process the request: {callback.Message}.")));

    private void Cancel(Callback callback, CancellationToken token, IMessageCenter center)
    {
        if (options.WaitForCancellationAcknowledgement)
        {
            center.Cancel(callback.Message);
            return;
        }

        _calls.TryRemove(callback.Message.Id, out _);
        if (callback.TryComplete(Response.FromException(new OperationCanceledException(token))))
        {
            center.Cancel(callback.Message);
        }
    }

    private void Expire()
    {
        var now = time.GetTimestamp();
        foreach (var callback in _calls.Values)
        {
            if (callback.Deadline > now)
            {
                continue;
            }

            _calls.TryRemove(callback.Message.Id, out _);
            var exception = new TimeoutException(
                $"Response did not arrive on time in {callback.Timeout} for message: {callback.Message}. The call may still be executing: its outcome is unknown.");
            if (callback.TryComplete(Response.FromException(exception)))
            {
                logger.LogWarning("Response did not arrive on time in {Timeout} for message {Message}.", callback.Timeout, callback.Message);
                if (options.CancelRequestOnTimeout)
                {
                    Expired?.Invoke(callback.Message);
                }
            }
        }
    }

    /// <summary>Raised for a call that timed out and is to be cancelled at its callee.</summary>
    public event Action<Message>? Expired;
}
