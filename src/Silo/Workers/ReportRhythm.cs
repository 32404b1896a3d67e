using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>When a report without news is sent all the same, and how soon a failed one goes again. Pure.</summary>
internal sealed class ReportRhythm(ReportOptions options)
{
    public bool IsDue(TimeSpan sinceLast, IReadOnlyList<WorkerActivity> activities) =>
        sinceLast >= options.Heartbeat
        || (sinceLast >= options.Standstill && activities.Any(activity => activity.Seconds > options.Standstill.TotalSeconds));

    /// <summary>How long after the <paramref name="failures"/>-th failure in a row the next attempt begins.</summary>
    public TimeSpan PauseAfter(int failures) =>
        failures <= 0 ? TimeSpan.Zero
        : options.FirstPause * Math.Pow(2, Math.Min(failures - 1, 62)) is var pause && pause < options.LongestPause ? pause
        : options.LongestPause;
}
