using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One worker of a run, as its coordinator knows it.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerHealth")]
public sealed record WorkerHealth
{
    [Id(0)] public required WorkerPlace Place { get; init; }

    /// <summary>The newest that was reported.</summary>
    [Id(1)] public required WorkerPhase Phase { get; init; }

    [Id(2)] public required long Step { get; init; }

    /// <summary>Seconds in that phase, as reported, plus the report's age.</summary>
    [Id(3)] public required double SecondsInPhase { get; init; }

    /// <summary>Median of recent steps, from the step's begin until this worker reached the barrier; null before the first.</summary>
    [Id(4)] public double? ComputeSeconds { get; init; }

    /// <summary>Age of its silo's last report; null before the first.</summary>
    [Id(5)] public double? SecondsSinceReport { get; init; }

    /// <summary>Of its silo in the cluster's membership, as the coordinator's silo sees it: active, dead, ...</summary>
    [Id(6)] public string SiloStatus { get; init; } = "";
}
