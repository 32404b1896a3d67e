namespace Sheaf.Silo.Telemetry;

/// <summary>How much of the recent time was work. Thread-safe.</summary>
/// <param name="length">Work is told in batches, of long steps once in many seconds: a short window would jump.</param>
internal sealed class BusyWindow(TimeSpan length, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long At, double Seconds)> _work = new();
    private readonly long _began = time.GetTimestamp();

    public void Add(double seconds)
    {
        lock (_gate)
        {
            Cut();
            _work.Enqueue((time.GetTimestamp(), seconds));
        }
    }

    /// <summary>The part of the window in which <paramref name="devices"/> devices worked, 0 to 1.</summary>
    public double Ratio(int devices)
    {
        lock (_gate)
        {
            Cut();
            var age = time.GetElapsedTime(_began);
            var seconds = (age < length ? age : length).TotalSeconds;
            return seconds > 0 && devices > 0 ? Math.Clamp(_work.Sum(done => done.Seconds) / (seconds * devices), 0, 1) : 0;
        }
    }

    private void Cut()
    {
        while (_work.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > length)
        {
            _work.Dequeue();
        }
    }
}
