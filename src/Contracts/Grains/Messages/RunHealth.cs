namespace Sheaf.Contracts.Grains.Messages;

/// <summary>How a run is, as its coordinator knows it at this moment.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunHealth")]
public sealed record RunHealth
{
    [Id(0)] public required RunSnapshot Run { get; init; }

    /// <summary>Name of the silo that the coordinator is on.</summary>
    [Id(1)] public required string CoordinatorSilo { get; init; }

    [Id(2)] public required IReadOnlyList<WorkerHealth> Workers { get; init; }

    /// <summary>The step up to which workers may run.</summary>
    [Id(3)] public long Until { get; init; }

    /// <summary>Seconds since the coordinator learned of a committed step; null before the first of this activation.</summary>
    [Id(4)] public double? SecondsSinceCommit { get; init; }

    /// <summary>Median time of recent steps; null before the first.</summary>
    [Id(5)] public double? StepSeconds { get; init; }

    /// <summary>Seconds in the present state, as far as this activation knows.</summary>
    [Id(6)] public double SecondsInState { get; init; }

    /// <summary>Whether the run would go on from memory if any one silo died now.</summary>
    [Id(7)] public bool SurvivesAnySilo { get; init; }

    /// <summary>What it would survive, and from where it would go on, in a sentence or two.</summary>
    [Id(8)] public required string Survivability { get; init; }

    /// <summary>
    /// What the coordinator is doing beside the run, for a person: a joiner that loads, a drain, a write that waits for the database; empty where nothing.
    /// </summary>
    [Id(9)] public string Doing { get; init; } = "";

    /// <summary>What is not as it should be and is tried again or waited for, a sentence each; empty where all is well.</summary>
    [Id(11)] public IReadOnlyList<string> Troubles { get; init; } = [];

    /// <summary>Time of a step with its share of the evaluations and checkpoints between steps; null before the first.</summary>
    [Id(12)] public double? StepSecondsInAll { get; init; }
}
