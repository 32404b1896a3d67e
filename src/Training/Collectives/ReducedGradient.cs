namespace Sheaf.Training.Collectives;

/// <summary>The total over all shards. The span is shared by all workers of the silo: read it only, and only until the next collective.</summary>
public readonly ref struct ReducedGradient(ReadOnlySpan<float> total, ulong hash, float largest)
{
    public ReadOnlySpan<float> Total { get; } = total;

    /// <summary>Of the whole total; equal on every worker.</summary>
    public ulong Hash { get; } = hash;

    /// <summary>No magnitude in the total is above it; NaN or infinite where a value is.</summary>
    public float Largest { get; } = largest;

    /// <summary>No value is NaN or infinite.</summary>
    public bool IsFinite => float.IsFinite(Largest);
}
