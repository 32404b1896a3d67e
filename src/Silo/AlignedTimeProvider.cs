namespace Sheaf.Silo;

/// <summary>
/// A clock on which everything periodic happens on common beats of the monotonic clock, which the processes of a machine share: what a silo does now and then
/// takes a core from a worker's steps, and costs several times as much when each part of it comes alone, to cold caches; and steps that wait for each other
/// lose once, not for each silo in turn (Petrini, Kerbyson, Pakin: The Case of the Missing Supercomputer Performance, SC 2003). Timers with a period, and those
/// that are set again, fire on a beat: at most a beat late, and set again up to half of one early. Deadlines, which are timers that fire once, and what is
/// shorter than a beat are as they would be without it. A process that stood still for longer than a period leaves the beat with its timers of that period,
/// which costs time only. Thread-safe.
/// </summary>
internal sealed class AlignedTimeProvider(TimeProvider clock, TimeSpan beat) : TimeProvider
{
    // Whoever sets a timer again does so some time after it fired, and means the next beat.
    private readonly TimeSpan _tolerance = beat / 2;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new AlignedTimer(this, clock.CreateTimer(callback, state, period < beat ? dueTime : UntilBeat(dueTime, TimeSpan.Zero), Rounded(period)));

    private TimeSpan Rounded(TimeSpan period) => period < beat ? period : WholeBeats(period);

    private TimeSpan WholeBeats(TimeSpan time) => new((time.Ticks + beat.Ticks - 1) / beat.Ticks * beat.Ticks);

    private TimeSpan UntilBeat(TimeSpan dueTime, TimeSpan tolerance)
    {
        if (dueTime < beat)
        {
            return dueTime;
        }

        var now = clock.GetElapsedTime(0);
        var wait = WholeBeats(now + dueTime - tolerance) - now;

        // Timers count whole milliseconds and would fire just before the beat.
        return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private sealed class AlignedTimer(AlignedTimeProvider time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.UntilBeat(dueTime, time._tolerance), time.Rounded(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
