namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What one worker says of one step that it has applied. All workers of a step agree on loss, metrics and hash.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.StepRecord")]
public sealed record StepRecord
{
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required long Generation { get; init; }

    [Id(2)] public required int Worker { get; init; }

    [Id(3)] public required ShardRange Shards { get; init; }

    /// <summary>Mean loss over the batch.</summary>
    [Id(4)] public required double Loss { get; init; }

    /// <summary>In the order of the spec's metrics.</summary>
    [Id(5)] public required IReadOnlyList<double> Metrics { get; init; }

    /// <summary>Samples of the whole step.</summary>
    [Id(6)] public required int Samples { get; init; }

    [Id(7)] public required double LearningRate { get; init; }

    /// <summary>64-bit hash of the reduced gradient: equal on every worker.</summary>
    [Id(8)] public required ulong GradientHash { get; init; }

    /// <summary>For each shard of the experiment, a digest of the sample ids that were really fed to the model: it travels with the gradient, so that every worker knows all.</summary>
    [Id(9)] public required IReadOnlyList<ulong> SampleDigests { get; init; }

    /// <summary>Time from the step's begin until this worker reached the barrier, in microseconds.</summary>
    [Id(10)] public required long ComputeMicroseconds { get; init; }

    /// <summary>Time of the whole step, the wait at the barrier included, in microseconds.</summary>
    [Id(11)] public required long StepMicroseconds { get; init; }

    /// <summary>True where the update was skipped because the loss was not finite (policy <c>skip</c>).</summary>
    [Id(12)] public bool Skipped { get; init; }
}
