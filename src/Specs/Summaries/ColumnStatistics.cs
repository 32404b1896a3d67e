namespace Sheaf.Specs.Summaries;

/// <summary>What pandas' describe says of a column; quartiles are interpolated as NumPy's are.</summary>
/// <param name="Std">Of the sample: divided by n - 1; null for a single value.</param>
public sealed record ColumnStatistics(
    string Name, long Count, double Mean, double? Std, double Min, double LowerQuartile, double Median, double UpperQuartile, double Max);
