
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>When a report without news is sent all the same, and how soon a failed one goes again. Pure.</summary>
internal static class ReportRhythm
{
    /// <summary>A silent run says after this time that it is there: so a lost directive is sent again, and a new coordinator learns of the run.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>A worker that stays in one phase for longer says so this often: so the coordinator sees who waits, and who is waited for.</summary>
    public static readonly TimeSpan Standstill = TimeSpan.FromSeconds(1);

    /// <summary>A call to the coordinator that takes longer is given up and made again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public static bool IsDue(TimeSpan sinceLast, IReadOnlyList<WorkerActivity> activities) =>
        sinceLast >= Heartbeat || (sinceLast >= Standstill && activities.Any(activity => activity.Seconds > Standstill.TotalSeconds));

    /// <summary>How long after the <paramref name="failures"/>-th failure in a row the next attempt begins; 1 s at most.</summary>
    public static TimeSpan PauseAfter(int failures) =>
        failures <= 0 ? TimeSpan.Zero : failures > 5 ? LongestPause : FirstPause * Math.Pow(2, failures - 1);
}
