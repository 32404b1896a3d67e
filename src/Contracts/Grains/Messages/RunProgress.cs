namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Where a running experiment is.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunProgress")]
public sealed record RunProgress
{
    /// <summary>Committed steps: the next step's number.</summary>
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required long TotalSteps { get; init; }

    /// <summary>Of the last committed step.</summary>
    [Id(2)] public required double Loss { get; init; }

    [Id(3)] public required IReadOnlyList<double> Metrics { get; init; }

    [Id(4)] public required double StepsPerSecond { get; init; }

    [Id(5)] public required double SamplesPerSecond { get; init; }

    [Id(6)] public required double LearningRate { get; init; }

    /// <summary>With the evaluations and checkpoints that are to come; null before anything has been measured.</summary>
    [Id(7)] public double? SecondsLeft { get; init; }

    /// <summary>The generation whose workers committed the last step.</summary>
    [Id(8)] public long Generation { get; init; }
}
