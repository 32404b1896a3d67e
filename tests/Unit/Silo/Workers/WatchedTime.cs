using System.Collections.Concurrent;

namespace Sheaf.Tests.Unit.Silo.Workers;

/// <summary>A clock that tells when somebody begins to wait: only then does it help to move on.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, SemaphoreSlim> _timers = new();

    /// <summary>Called when the time is asked for.</summary>
    public Action? Asked { get; set; }

    /// <summary>Completes when a timer of that length is set, once for each.</summary>
    public Task Set(TimeSpan length, CancellationToken guard) => Of(length).WaitAsync(guard);

    public override long GetTimestamp()
    {
        Asked?.Invoke();
        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).Release();
        return timer;
    }

    private SemaphoreSlim Of(TimeSpan length) => _timers.GetOrAdd(length, _ => new(0));
}
