namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One line of the list of experiments.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ExperimentSummary")]
public sealed record ExperimentSummary
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    [Id(2)] public required RunState State { get; init; }

    [Id(3)] public required long Step { get; init; }

    [Id(4)] public required long TotalSteps { get; init; }

    [Id(5)] public required int Workers { get; init; }

    [Id(6)] public required DateTimeOffset Submitted { get; init; }

    [Id(7)] public DateTimeOffset? Ended { get; init; }
}
