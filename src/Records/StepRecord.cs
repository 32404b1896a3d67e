namespace Sheaf.Records;

/// <summary>What one worker says of one step that it has applied. All workers of a step agree on loss, metrics and hash.</summary>
public sealed record StepRecord
{
    public required long Step { get; init; }

    public required long Generation { get; init; }

    public required int Worker { get; init; }

    public required ShardRange Shards { get; init; }

    /// <summary>Mean loss over the batch.</summary>
    public required double Loss { get; init; }

    /// <summary>In the order of the spec's metrics.</summary>
    public required IReadOnlyList<double> Metrics { get; init; }

    /// <summary>Samples of the whole step.</summary>
    public required int Samples { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>64-bit hash of the reduced gradient: equal on every worker.</summary>
    public required ulong GradientHash { get; init; }

    /// <summary>
    /// For each shard of the experiment, a digest of the sample ids that were really fed to the model: it travels with the gradient, so that every worker knows
    /// all.
    /// </summary>
    public required IReadOnlyList<ulong> SampleDigests { get; init; }

    /// <summary>Time from the step's begin until this worker reached the barrier, in microseconds.</summary>
    public required long ComputeMicroseconds { get; init; }

    /// <summary>Time of the whole step, the wait at the barrier included, in microseconds.</summary>
    public required long StepMicroseconds { get; init; }

    /// <summary>True where the update was skipped because the loss was not finite (policy <c>skip</c>).</summary>
    public bool Skipped { get; init; }
}
