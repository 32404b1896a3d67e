using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How a silo treats the store of states: a cluster's database, or a folder.</summary>
public sealed record StoreOptions
{
    [Option("A store that failed is left alone for so many times the time that the failure took", Least = "0", Most = "100")]
    public double Rest { get; init; } = 3;

    [Option("... at least this long", Least = "10ms", Most = "1m")]
    [Below("store-longest-rest", "it is the shortest", OrEqual = true)]
    public TimeSpan ShortestRest { get; init; } = TimeSpan.FromSeconds(1);

    [Option("... and at most this long", Least = "10ms", Most = "1h")]
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromSeconds(30);

    [Option("Between two writes of an experiment's metrics and events", Least = "100ms", Most = "1m")]
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Between two looks whether the database takes writes, and what time it has", Least = "1s", Most = "10m")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    [Option("A machine's clock that is off by more from the database's is named", Least = "100ms", Most = "1h")]
    public TimeSpan MostSkew { get; init; } = TimeSpan.FromSeconds(3);

    [Option("Differences of the clocks that are taken for the time that an answer took", Least = "10ms", Most = "10s")]
    [Below("store-most-skew", "a difference that is named is one that is followed")]
    public TimeSpan SkewTolerance { get; init; } = TimeSpan.FromMilliseconds(500);

    [Option("Updates of an experiment that are kept for watchers who were away", Least = "1", Most = "100000")]
    public int KeepUpdates { get; init; } = 512;

    [Option("Evaluations of an experiment that are kept", Least = "1", Most = "1000000")]
    public int KeepEvaluations { get; init; } = 1_000;

    [Option("Events of an experiment that are kept", Least = "1", Most = "1000000")]
    public int KeepEvents { get; init; } = 200;

    [Option("Between two writes of the list of experiments for a step alone", Least = "1s", Most = "1h")]
    public TimeSpan ListStepsEvery { get; init; } = TimeSpan.FromSeconds(10);
}
