namespace Sheaf.Specs;

/// <summary>A deterministic map of the features.</summary>
public abstract record TransformSpec
{
    /// <summary>x * factor.</summary>
    public sealed record Scale(double Factor) : TransformSpec;

    /// <summary>(x - mean) / std, by channel (images) or by column (vectors); one value serves all.</summary>
    public sealed record Normalize(IReadOnlyList<double> Mean, IReadOnlyList<double> Std) : TransformSpec;
}
