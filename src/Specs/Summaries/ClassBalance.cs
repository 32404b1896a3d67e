namespace Sheaf.Specs.Summaries;

/// <summary>How many rows have a class.</summary>
public sealed record ClassBalance(string Name, int Train, int? Validation, int? Test);
