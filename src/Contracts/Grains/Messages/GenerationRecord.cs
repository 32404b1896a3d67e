namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One generation of an experiment that began.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.GenerationRecord")]
public sealed record GenerationRecord
{
    [Id(0)] public required long Generation { get; init; }

    /// <summary>The first step of it.</summary>
    [Id(1)] public required long FromStep { get; init; }

    [Id(2)] public required DateTimeOffset Began { get; init; }

    /// <summary>Why it began, for a person: submitted, a silo was lost, a worker joined, ...</summary>
    [Id(3)] public required string Reason { get; init; }

    /// <summary>Members, their places and their leases.</summary>
    [Id(4)] public required IReadOnlyList<WorkerPlace> Workers { get; init; }

    /// <summary>Where the state came from: "seed", "checkpoint of step N", "memory of SILO, SILO".</summary>
    [Id(5)] public required string Origin { get; init; }

    /// <summary>memory, coordinator or peer.</summary>
    [Id(6)] public required string Reduction { get; init; }
}
