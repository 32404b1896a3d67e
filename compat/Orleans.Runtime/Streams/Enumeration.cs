namespace Orleans.Runtime.Streams;

/// <summary>One enumerator that a caller reads in batches.</summary>
internal abstract class Enumeration
{
    /// <summary>Polled since the last cleaning.</summary>
    public bool IsUsed { get; set; } = true;

    public int Readers { get; set; }

    public abstract ValueTask DisposeAsync(TimeSpan timeout, TimeProvider time);
}

internal sealed class Enumeration<T> : Enumeration
{
    private readonly CancellationTokenSource _cancellation;
    private readonly IAsyncEnumerator<T> _enumerator;
    private readonly int _batch;
    private Task<bool>? _next;

    public Enumeration(IAsyncEnumerableRequest<T> request)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(request.GetCancellationToken());
        _enumerator = request.InvokeImplementation().GetAsyncEnumerator(_cancellation.Token);
        _batch = Math.Max(1, request.MaxBatchSize);
    }

    /// <summary>
    /// What is ready, up to a batch; if nothing is, the next element, or a heartbeat after <paramref name="patience"/>. An exception that follows elements
    /// is thrown at the call after theirs.
    /// </summary>
    public async Task<(EnumerationResult Status, object? Value)> Next(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        _next ??= _enumerator.MoveNextAsync().AsTask();
        if (!_next.IsCompleted && !await Wait(_next, patience, time, cancellationToken))
        {
            return (EnumerationResult.Heartbeat, null);
        }

        if (!await TakeNext())
        {
            return (EnumerationResult.Completed, null);
        }

        var first = _enumerator.Current;
        List<T>? batch = null;
        while ((batch?.Count ?? 1) < _batch)
        {
            _next = _enumerator.MoveNextAsync().AsTask();
            if (!_next.IsCompletedSuccessfully)
            {
                break;
            }

            if (!await TakeNext())
            {
                return batch is null ? (EnumerationResult.CompletedWithElement, first) : (EnumerationResult.CompletedWithBatch, batch);
            }

            batch ??= [first];
            batch.Add(_enumerator.Current);
        }

        return batch is null ? (EnumerationResult.Element, first) : (EnumerationResult.Batch, batch);
    }

    public override async ValueTask DisposeAsync(TimeSpan timeout, TimeProvider time)
    {
        await _cancellation.CancelAsync();
        try
        {
            if (_next is not null)
            {
                // A method that ignores its token keeps its enumerator: disposing it while it runs is not allowed.
                await ((Task)_next.WaitAsync(timeout, time)).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                if (!_next.IsCompleted)
                {
                    return;
                }
            }

            await _enumerator.DisposeAsync();
        }
        catch (Exception)
        {
            // The reader has gone; what a finally block throws has nobody to go to.
        }
    }

    private static async Task<bool> Wait(Task<bool> next, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }

        return true;
    }

    private async Task<bool> TakeNext()
    {
        var next = _next!;
        _next = null;
        return await next;
    }
}
