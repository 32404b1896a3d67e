using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>The caller's side of one call: completed once, by a response, a timeout, a cancellation or the end of the silo. Thread-safe.</summary>
internal abstract class Callback
{
    private int _completed;
    private CancellationTokenRegistration _cancellation;

    /// <summary>A timestamp of the messaging clock.</summary>
    public long Deadline { get; set; }

    public TimeSpan Timeout { get; set; }

    public Message Message { get; set; } = null!;

    public bool TryComplete(Response response)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        // Not Dispose: that waits for a registered callback, which may be this one.
        _cancellation.Unregister();
        Complete(response);
        return true;
    }

    public void OnCancelled(CancellationToken token, Action<Callback, CancellationToken> action)
    {
        _cancellation = token.UnsafeRegister(_ => action(this, token), null);
        if (Volatile.Read(ref _completed) != 0)
        {
            _cancellation.Unregister();
        }
    }

    protected abstract void Complete(Response response);
}

internal sealed class Callback<T> : Callback
{
    private readonly TaskCompletionSource<T?> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T?> Task => _source.Task;

    protected override void Complete(Response response)
    {
        try
        {
            if (response.Exception is OperationCanceledException cancelled)
            {
                // As a ValueTask's source does, and with it official Orleans: nobody needs to look at it.
                _source.TrySetCanceled(cancelled.CancellationToken);
            }
            else if (response.Exception is { } exception)
            {
                _source.TrySetException(exception);
            }
            else
            {
                _source.TrySetResult(response.GetResult<T>());
            }
        }
        catch (InvalidCastException exception)
        {
            _source.TrySetException(exception);
        }
    }
}
