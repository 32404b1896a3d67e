namespace Sheaf.Training.Collectives;

/// <summary>The total over all shards. The span is shared by all workers of the silo: read it only, and only until the next collective.</summary>
public readonly ref struct ReducedGradient(ReadOnlySpan<float> total, ulong hash, bool isFinite)
{
    public ReadOnlySpan<float> Total { get; } = total;

    /// <summary>Of the whole total; equal on every worker.</summary>
    public ulong Hash { get; } = hash;

    /// <summary>No value is NaN or infinite.</summary>
    public bool IsFinite { get; } = isFinite;
}
