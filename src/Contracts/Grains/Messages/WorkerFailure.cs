namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Why a worker stopped by itself. <see cref="OfTheRun"/>: the run's own fault (a user's exception, a non-finite loss, a shape error), which fails the run at once.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerFailure")]
public sealed record WorkerFailure
{
    [Id(0)] public required long Step { get; init; }

    /// <summary>Null where no single shard is to blame.</summary>
    [Id(1)] public int? Shard { get; init; }

    [Id(2)] public required bool OfTheRun { get; init; }

    /// <summary>What happened, the value, what is allowed and what to do, in one or two sentences.</summary>
    [Id(3)] public required string Message { get; init; }
}
