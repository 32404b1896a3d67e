namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A checkpoint whose files and manifest are complete on the store.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.CheckpointRecord")]
public sealed record CheckpointRecord
{
    /// <summary>The first step that is not in it: the step at which a resumed run goes on.</summary>
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required long Generation { get; init; }

    /// <summary>The checkpoint's folder.</summary>
    [Id(2)] public required string Path { get; init; }

    [Id(3)] public required long Bytes { get; init; }

    /// <summary>SHA-256, in hexadecimal, over all parameters and buffers (see the manifest).</summary>
    [Id(4)] public required string WeightsSha256 { get; init; }

    /// <summary>Value of the spec's <c>checkpoints.keep.by</c> in the evaluation at this very <see cref="Step"/>; null where there was none.</summary>
    [Id(5)] public double? Score { get; init; }

    [Id(6)] public DateTimeOffset Written { get; init; }
}
