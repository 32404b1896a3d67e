namespace Sheaf.Records;

/// <summary>
/// Why a worker stopped by itself. <see cref="OfTheRun"/>: the run's own fault (a user's exception, a non-finite loss, a shape error), which fails the run at
/// once.
/// </summary>
public sealed record WorkerFailure
{
    public required long Step { get; init; }

    /// <summary>Null where no single shard is to blame.</summary>
    public int? Shard { get; init; }

    public required bool OfTheRun { get; init; }

    /// <summary>What happened, the value, what is allowed and what to do, in one or two sentences.</summary>
    public required string Message { get; init; }
}
