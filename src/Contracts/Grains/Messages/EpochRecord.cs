namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One epoch of training over all of its rows, each as the model was at its step.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.EpochRecord")]
public sealed record EpochRecord
{
    /// <summary>From 1.</summary>
    [Id(0)] public required int Epoch { get; init; }

    [Id(1)] public required double Loss { get; init; }

    /// <summary>In the order of the spec's metrics.</summary>
    [Id(2)] public required IReadOnlyList<double> Metrics { get; init; }

    [Id(3)] public required long Samples { get; init; }

    /// <summary>Steps whose update was skipped.</summary>
    [Id(4)] public long Skipped { get; init; }
}
