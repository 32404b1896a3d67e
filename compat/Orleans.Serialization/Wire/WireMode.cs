namespace Orleans.Serialization.Wire;

internal enum WireMode
{
    /// <summary>Self-contained bytes, for another process or a store.</summary>
    Bytes,

    /// <summary>For a deep copy in this process.</summary>
    Copy,
}
