namespace Sheaf.Silo.Cluster;

/// <summary>
/// The time of day by the clock of the cluster's database, so that the times of one record, which several silos may write, come from one clock; all else is
/// this machine's. Thread-safe.
/// </summary>
internal sealed class ClusterClock(TimeProvider machine) : TimeProvider
{
    private long _ahead;

    /// <summary>By how much the database's clock is ahead of this machine's; negative: behind.</summary>
    public TimeSpan Ahead
    {
        get => new(Volatile.Read(ref _ahead));
        set => Volatile.Write(ref _ahead, value.Ticks);
    }

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public DateTimeOffset MachineTime => machine.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Ahead;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
