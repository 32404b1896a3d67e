using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How a silo looks at itself.</summary>
public sealed record ObservationOptions
{
    [Option("What is done now and then is done on common beats, so that it does not take a core from the workers' steps each by itself",
        Least = "10ms", Most = "10s")]
    public TimeSpan Beat { get; init; } = TimeSpan.FromMilliseconds(250);

    [Option("Between two looks whether checkpoints could be written, and how much room is there", Least = "1s", Most = "1h")]
    public TimeSpan CheckpointsEvery { get; init; } = TimeSpan.FromSeconds(5);

    [Option("The time over which a silo's metrics say how busy its devices are", Least = "1s", Most = "1h")]
    public TimeSpan BusyWindow { get; init; } = TimeSpan.FromMinutes(1);

    [Option("Between two looks at the logs of other silos for those who follow an experiment's", Least = "50ms", Most = "1m")]
    public TimeSpan LogsEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    [Option("While a log is followed: a silo that is silent for this time has no older line", Least = "50ms", Most = "1m")]
    public TimeSpan LogsWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Lines of logs that wait to be written; of more, the oldest are left out", Least = "100", Most = "1000000")]
    public int WaitingLogLines { get; init; } = 10_000;
}
