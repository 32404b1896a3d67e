namespace Sheaf.Sdk;

/// <summary>Where a row goes: two of the four spans have places, as the dataset says what its features and targets are. They are zero before.</summary>
public readonly ref struct RowBuffer
{
    /// <summary>As many as the features' shape says, where they are floats.</summary>
    public Span<float> Features { get; init; }

    /// <summary>As many as the features' shape says, where they are integers.</summary>
    public Span<long> FeatureIntegers { get; init; }

    /// <summary>As many as the targets' shape says, where they are floats.</summary>
    public Span<float> Targets { get; init; }

    /// <summary>One place for the class; or as many as the targets' shape says, where they are integers.</summary>
    public Span<long> TargetIntegers { get; init; }
}
