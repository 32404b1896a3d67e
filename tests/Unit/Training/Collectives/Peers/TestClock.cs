namespace Sheaf.Tests.Unit.Training.Collectives.Peers;

/// <summary>A clock that moves, and whose timers fire, when a test says so.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Moves on, and fires every periodic timer once.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        Timer[] timers;
        lock (_gate)
        {
            timers = [.. _timers];
        }

        Array.ForEach(timers, timer => timer.Fire());
    }

    private sealed class Timer(TestClock clock, Action fire, TimeSpan period) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod) => newPeriod == period;

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
