namespace Sheaf.Records;

/// <summary>A checkpoint whose files and manifest are complete on the store.</summary>
public sealed record CheckpointRecord
{
    /// <summary>The first step that is not in it: the step at which a resumed run goes on.</summary>
    public required long Step { get; init; }

    public required long Generation { get; init; }

    /// <summary>The checkpoint's folder.</summary>
    public required string Path { get; init; }

    public required long Bytes { get; init; }

    /// <summary>SHA-256, in hexadecimal, over all parameters and buffers (see the manifest).</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Value of the spec's <c>checkpoints.keep.by</c> in the evaluation at this very <see cref="Step"/>; null where there was none.</summary>
    public double? Score { get; init; }

    public DateTimeOffset Written { get; init; }
}
