namespace Sheaf.Specs.Summaries;

/// <summary>A column after some transforms.</summary>
public sealed record ColumnEffect(string Name, double Mean, double? Std, double Min, double Max);
