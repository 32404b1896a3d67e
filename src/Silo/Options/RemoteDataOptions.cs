using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How a silo gets the files of specs that are elsewhere (https://, s3://).</summary>
public sealed record RemoteDataOptions
{
    /// <summary>In bytes; also the most that one file may have.</summary>
    [Option("Disk for copies of remote data (https://, s3://), which are kept until others need the room", Kind = OptionKind.Mebibytes, Least = "1",
        Most = "1073741824")]
    public long Limit { get; init; } = 64L << 30;

    [Option("How long a web server may take to be connected to", Least = "100ms", Most = "10m")]
    [Below("remote-data-answer-within", "an answer comes over a connection", OrEqual = true)]
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    [Option("... and to begin its answer", Least = "100ms", Most = "1h")]
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(60);

    [Option("A connection that brings nothing for this long is given up", Least = "100ms", Most = "1h")]
    public TimeSpan SilentFor { get; init; } = TimeSpan.FromSeconds(30);

    [Option("How often a file is tried to be fetched before what needs it waits", Least = "1", Most = "20")]
    public int Attempts { get; init; } = 4;

    [Option("After the first try that failed; twice as long after each further one", Least = "10ms", Most = "1m")]
    public TimeSpan AttemptAgain { get; init; } = TimeSpan.FromSeconds(1);
}
