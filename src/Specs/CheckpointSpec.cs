namespace Sheaf.Specs;

/// <summary>A final checkpoint is always written.</summary>
public sealed record CheckpointSpec
{
    /// <summary>Default every epoch.</summary>
    public Interval Every { get; init; } = new(1, IntervalUnit.Epoch);

    /// <summary>How many of the newest are kept; at least 1; default 2.</summary>
    public int KeepLatest { get; init; } = 2;

    /// <summary>How many of the best by <see cref="KeepBestBy"/> are kept; default 0, or 1 where that is set.</summary>
    public int KeepBest { get; init; }

    /// <summary><c>validation_loss</c>, or <c>validation_</c> and a metric of the spec; <c>null</c> for none.</summary>
    public string? KeepBestBy { get; init; }
}
