using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// How the workers of one generation are: what each does, how long its recent steps took before the barrier, when its silo last reported. Times are seconds of
/// one monotonic clock; what the leader slept through (<see cref="SleptThrough"/>) counts against no worker. Not thread-safe.
/// </summary>
public sealed class Heartbeats
{
    private readonly int _window;
    private readonly Dictionary<int, (WorkerActivity Activity, double At)> _activities = [];
    private readonly Dictionary<string, double> _reports = new(StringComparer.Ordinal);
    private readonly Queue<StepCommit> _recent = new();
    private double _slept;

    /// <param name="window">Recent steps over which medians are taken.</param>
    public Heartbeats(double now, int window) => (Began, _window) = (now, window);

    public double Began { get; }

    /// <summary>When a step was last committed; null before the first.</summary>
    public double? LastCommit { get; private set; }

    /// <summary>Null before the first step.</summary>
    public double? StepSeconds => _recent.Count == 0 ? null : Median(_recent.Select(step => step.StepMicroseconds)) * 1e-6;

    /// <summary>Seconds since a step was last committed; since the generation began where there was none.</summary>
    public double Stillness(double now) => now - (LastCommit ?? Began);

    public void Take(SiloReport report, IReadOnlyList<StepCommit> complete, double now)
    {
        _reports[report.Silo] = now - _slept;
        foreach (var activity in report.Activities)
        {
            _activities[activity.Worker] = (activity, now - _slept);
        }

        LastCommit = complete.Count > 0 ? now : LastCommit;
        foreach (var step in complete.TakeLast(_window))
        {
            _recent.Enqueue(step);
        }

        while (_recent.Count > _window)
        {
            _recent.Dequeue();
        }
    }

    /// <summary>Seconds since the generation began.</summary>
    public double Age(double now) => now - _slept - Began;

    /// <summary>For so many seconds more the leader took no reports, though they may have come: it waited for a store, or its process stood still.</summary>
    public void SleptThrough(double seconds) => _slept += seconds;

    /// <summary>The newest activity of each worker, its seconds brought up to now.</summary>
    public IReadOnlyCollection<WorkerActivity> Activities(double now) =>
        _activities.Values.Select(known => known.Activity with { Seconds = known.Activity.Seconds + (now - _slept - known.At) }).ToArray();

    /// <summary>Seconds since the silo's last report; since the generation began where there was none.</summary>
    public double Silence(string silo, double now) => now - _slept - _reports.GetValueOrDefault(silo, Began);

    public WorkerHealth Health(WorkerPlace place, string siloStatus, double now)
    {
        var activity = Activities(now).FirstOrDefault(known => known.Worker == place.Number);
        var compute = _recent.Where(step => step.ComputeMicroseconds.Count > place.Number).Select(step => step.ComputeMicroseconds[place.Number]).ToArray();
        return new()
        {
            Place = place,
            Phase = activity?.Phase ?? WorkerPhase.Unknown,
            Step = activity?.Step ?? 0,
            SecondsInPhase = activity?.Seconds ?? 0,
            ComputeSeconds = compute.Length > 0 ? Median(compute) * 1e-6 : null,
            SecondsSinceReport = _reports.ContainsKey(place.Silo) ? Silence(place.Silo, now) : null,
            SiloStatus = siloStatus,
        };
    }

    private static double Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2.0;
    }
}
