namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A worker that has data and weights.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerReady")]
public sealed record WorkerReady
{
    [Id(0)] public required int Worker { get; init; }

    /// <summary>The first step that it has not applied.</summary>
    [Id(1)] public required long Step { get; init; }

    /// <summary>64-bit hash over its weights, buffers and optimizer state: equal on all workers of a generation before it begins.</summary>
    [Id(2)] public required ulong StateHash { get; init; }
}
