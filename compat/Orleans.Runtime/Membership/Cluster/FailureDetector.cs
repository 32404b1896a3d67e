namespace Orleans.Runtime.MembershipService;

/// <summary>
/// Whether one silo answers its probes. Times are on a clock of the caller's that only grows; nothing here waits or sends. Not thread-safe.
/// </summary>
/// <param name="interval">Between one probe and the next, and the usual time to answer.</param>
/// <param name="longest">The time to answer while the prober itself runs late, and for a silo that has not answered yet: it has just started.</param>
/// <param name="missedLimit">So many probes missed in a row make the silo a suspect.</param>
internal sealed class FailureDetector(TimeSpan interval, TimeSpan longest, int missedLimit)
{
    private TimeSpan? _sent;
    private TimeSpan _next;
    private TimeSpan _degradedUntil;
    private bool _hasAnswered;

    public enum Step
    {
        Wait,
        Probe,
        Missed,
    }

    /// <summary>In a row.</summary>
    public int Missed { get; private set; }

    public bool IsSuspect => Missed >= missedLimit;

    /// <summary>The number of the latest probe.</summary>
    public long Sequence { get; private set; }

    /// <summary>When <see cref="Poll"/> next has something to say.</summary>
    public TimeSpan Due => _sent is { } sent ? sent + Allowed : _next;

    private TimeSpan Allowed => (_sent < _degradedUntil || !_hasAnswered) && longest > interval ? longest : interval;

    public Step Poll(TimeSpan now)
    {
        if (now < Due)
        {
            return Step.Wait;
        }

        if (_sent is null)
        {
            _sent = now;
            Sequence++;
            return Step.Probe;
        }

        Fail(now, retry: now);
        return Step.Missed;
    }

    public void Answered(long sequence)
    {
        if (_sent is { } sent && sequence == Sequence)
        {
            _sent = null;
            _next = sent + interval;
            _hasAnswered = true;
            Missed = 0;
        }
    }

    /// <summary>The probe cannot be delivered: nobody listens there, or somebody else does.</summary>
    public void Refused(TimeSpan now) => Fail(now, retry: now + interval);

    /// <summary>A connection that worked has closed. That says nothing about the silo, so it is asked at once.</summary>
    public void Disconnected(TimeSpan now)
    {
        _sent = null;
        _next = now;
    }

    /// <summary>The prober itself did not run for a while: what has not been answered gets its whole time again.</summary>
    public void Delayed(TimeSpan now)
    {
        _degradedUntil = now + (10 * interval);
        if (_sent is not null)
        {
            _sent = now;
        }
    }

    private void Fail(TimeSpan now, TimeSpan retry)
    {
        Missed++;
        _sent = null;
        _next = retry;
    }
}
