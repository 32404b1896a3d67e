namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A worker has carried out a directive.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerReached")]
public sealed record WorkerReached
{
    [Id(0)] public required int Worker { get; init; }

    [Id(1)] public required long Sequence { get; init; }

    [Id(2)] public required long Step { get; init; }
}
