namespace Sheaf.Training.Replicas;

/// <summary>
/// The lease of one generation, measured on this process's own monotonic clock: a worker to which the coordinator has not answered for
/// <see cref="Duration"/> must not send, apply or write in that generation any more. A lease that has lapsed once stays lapsed. Thread-safe.
/// </summary>
public sealed class LeaseClock
{
    private readonly TimeProvider _time;
    private long _renewed;
    private int _lapsed;

    /// <param name="duration">Above zero.</param>
    public LeaseClock(TimeProvider time, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        (_time, Duration, _renewed) = (time, duration, time.GetTimestamp());
    }

    public TimeSpan Duration { get; }

    /// <summary>False from the first moment at which the last renewal is older than <see cref="Duration"/>.</summary>
    public bool IsHeld
    {
        get
        {
            if (Volatile.Read(ref _lapsed) != 0)
            {
                return false;
            }

            if (_time.GetElapsedTime(Volatile.Read(ref _renewed)) <= Duration)
            {
                return true;
            }

            Volatile.Write(ref _lapsed, 1);
            return false;
        }
    }

    /// <summary>Until it lapses; zero where it has.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = Duration - _time.GetElapsedTime(Volatile.Read(ref _renewed));
            return IsHeld && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The coordinator has spoken now.</summary>
    public void Renew() => Renew(_time.GetTimestamp());

    /// <summary>
    /// The coordinator has answered a question that was asked at <paramref name="asked"/> (<see cref="TimeProvider.GetTimestamp"/>): when it spoke within that
    /// time is not known, so the earliest moment counts. A lapsed lease stays so: what was stopped is not resumed.
    /// </summary>
    public void Renew(long asked)
    {
        if (!IsHeld)
        {
            return;
        }

        var known = Volatile.Read(ref _renewed);
        while (asked > known)
        {
            var before = Interlocked.CompareExchange(ref _renewed, asked, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    /// <exception cref="LeaseLapsedException">The lease is not held.</exception>
    public void ThrowIfLapsed(string what)
    {
        if (!IsHeld)
        {
            throw new LeaseLapsedException($"The coordinator has not been heard for {Duration.TotalSeconds:0.#} s, so {what} in this generation.");
        }
    }
}
