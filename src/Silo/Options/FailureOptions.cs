using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>When workers count as lost.</summary>
public sealed record FailureOptions
{
    [Option("A silo that reports nothing for this time counts as lost, even if the cluster holds it for alive", Least = "1s", Most = "1h")]
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    [Option("What the workers of a generation have to load data and weights; then it goes on without those that have not", Least = "1s", Most = "1d")]
    public TimeSpan Loading { get; init; } = TimeSpan.FromSeconds(60);

    [Option("After this time those that are ready go on without silos that lack the data or the checkpoints", Least = "100ms", Most = "1d")]
    [Below("failures-loading", "it is a part of the loading", OrEqual = true)]
    public TimeSpan Waiting { get; init; } = TimeSpan.FromSeconds(5);

    [Option("A device thread that computes or applies one step for this time while others wait for it counts as lost", Least = "1s", Most = "1d")]
    public TimeSpan NoProgress { get; init; } = TimeSpan.FromSeconds(30);

    [Option("... and for at least so many times the median step", Least = "2", Most = "10000")]
    public double NoProgressSteps { get; init; } = 20;

    [Option("Losses of workers in a row without one more step after which the experiment is at fault, not the cluster", Least = "1", Most = "1000")]
    public int SameStep { get; init; } = 3;
}
