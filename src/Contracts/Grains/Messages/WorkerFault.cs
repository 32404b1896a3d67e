using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A failure, and the worker that had it.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerFault")]
public sealed record WorkerFault
{
    [Id(0)] public required int Worker { get; init; }

    [Id(1)] public required WorkerFailure Failure { get; init; }
}
