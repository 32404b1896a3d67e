using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>What the workers of a silo tell their coordinators, and when.</summary>
public sealed record ReportOptions
{
    [Option("Between two reports of a silo's workers to their coordinator, where there is something to tell", Least = "50ms", Most = "2s")]
    [Below("reports-heartbeat", "a report without news comes after a time in which there was nothing to tell")]
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(250);

    [Option("A report without news is sent after this time, so that a lost directive is sent again and a new coordinator learns of the generation",
        Least = "200ms", Most = "1m")]
    [Below("generations-lease", "the answer to a report renews the lease")]
    [Below("failures-silence", "a silo that reports nothing counts as lost")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    [Option("A worker that stays in one phase for longer says so this often, so that the coordinator sees who waits and who is waited for",
        Least = "100ms", Most = "1m")]
    [Below("failures-no-progress", "the coordinator must know for how long a worker has made no progress")]
    public TimeSpan Standstill { get; init; } = TimeSpan.FromSeconds(1);

    [Option("A report that is not answered within this time is sent again", Least = "100ms", Most = "1m")]
    [Below("generations-lease", "an answer that is lost must not end the lease")]
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(3);

    [Option("After the first report that failed, until it is sent again; doubles with each failure", Least = "10ms", Most = "10s")]
    [Below("reports-longest-pause", "pauses grow", OrEqual = true)]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(50);

    [Option("The longest such pause", Least = "10ms", Most = "1m")]
    [Below("generations-lease", "the lease would end before the report is sent again")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);
}
