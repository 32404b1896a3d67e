namespace Sheaf.Silo.Coordination;

/// <summary>Something that is due now and then. Times are seconds of one monotonic clock. Not thread-safe.</summary>
public sealed class Periodic(double seconds)
{
    private double _next;

    /// <summary>True at most once in a period; then the next one begins.</summary>
    public bool IsDue(double now)
    {
        if (now < _next)
        {
            return false;
        }

        _next = now + seconds;
        return true;
    }

    /// <summary>It is due now.</summary>
    public void Expire() => _next = 0;
}
