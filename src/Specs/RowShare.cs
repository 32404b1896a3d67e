namespace Sheaf.Specs;

/// <summary>A contiguous share of a source: from 0 to below 1, to above it and at most 1. Shares that meet have no row in common.</summary>
public sealed record RowShare(double From, double To)
{
    /// <summary>The first place, and the one after the last, of so many.</summary>
    public (long From, long To) Of(long count) => ((long)(From * count), (long)(To * count));
}
