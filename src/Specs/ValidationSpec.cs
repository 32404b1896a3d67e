namespace Sheaf.Specs;

/// <summary>Where the validation rows come from.</summary>
public abstract record ValidationSpec
{
    /// <summary>A share of the training rows; above 0, below 1.</summary>
    public sealed record Fraction(double Value, ValidationTake Take = ValidationTake.Random) : ValidationSpec;

    /// <summary>A source of its own.</summary>
    public sealed record Source(SourceSpec Rows) : ValidationSpec;
}
