using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Timers;

namespace Orleans.Runtime.Streams;

/// <summary>
/// The callee's side of IAsyncEnumerable methods: the enumerators that callers are reading from one activation. A caller polls; an enumerator that nobody
/// has polled for a whole response timeout is disposed. Used in the activation's turns only.
/// </summary>
internal sealed class AsyncEnumerableExtension : IAsyncEnumerableGrainExtension, IAsyncDisposable
{
    private readonly Dictionary<Guid, Enumeration> _enumerations = [];
    private readonly IGrainContext _context;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly IGrainTimer _cleanup;

    public AsyncEnumerableExtension(IGrainContext context, IOptions<SiloMessagingOptions> options, ITimerRegistry timers, SiloServices.Shared shared)
    {
        _context = context;
        _time = shared.Time;
        _timeout = options.Value.ResponseTimeout;
        _cleanup = timers.RegisterGrainTimer(
            context, static (self, _) => self.RemoveUnused(), this, new GrainTimerCreationOptions { DueTime = _timeout, Period = _timeout, Interleave = true });
    }

    public ValueTask<(EnumerationResult Status, object? Value)> StartEnumeration<T>(Guid requestId, IAsyncEnumerableRequest<T> request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.SetTarget(_context);
        var enumeration = new Enumeration<T>(request);
        if (!_enumerations.TryAdd(requestId, enumeration))
        {
            throw new InvalidOperationException($"An enumeration with the id {requestId} is already running on {_context.GrainId}.");
        }

        return Next(requestId, enumeration, cancellationToken);
    }

    public ValueTask<(EnumerationResult Status, object? Value)> MoveNext<T>(Guid requestId, CancellationToken cancellationToken) =>
        _enumerations.TryGetValue(requestId, out var enumeration)
            ? Next(requestId, (Enumeration<T>)enumeration, cancellationToken)
            : new((EnumerationResult.MissingEnumeratorError, null));

    public async ValueTask DisposeAsync(Guid requestId)
    {
        if (_enumerations.Remove(requestId, out var enumeration))
        {
            await enumeration.DisposeAsync(_timeout, _time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _cleanup.Dispose();
        foreach (var id in _enumerations.Keys.ToArray())
        {
            await DisposeAsync(id);
        }
    }

    private async ValueTask<(EnumerationResult Status, object? Value)> Next<T>(Guid id, Enumeration<T> enumeration, CancellationToken cancellationToken)
    {
        EnumerationResult status;
        object? value = null;
        enumeration.Readers++;
        try
        {
            (status, value) = await enumeration.Next(_timeout / 2, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            status = EnumerationResult.Canceled;
        }
        catch (Exception exception)
        {
            status = EnumerationResult.Error;
            value = exception;
        }
        finally
        {
            enumeration.Readers--;
            enumeration.IsUsed = true;
        }

        if ((status & (EnumerationResult.Completed | EnumerationResult.Canceled | EnumerationResult.Error)) != default)
        {
            await DisposeAsync(id);
        }

        return (status, value);
    }

    private async Task RemoveUnused()
    {
        foreach (var (id, enumeration) in _enumerations.ToArray())
        {
            if (enumeration is { IsUsed: false, Readers: 0 })
            {
                await DisposeAsync(id);
            }

            enumeration.IsUsed = false;
        }
    }
}
