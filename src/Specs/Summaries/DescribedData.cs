namespace Sheaf.Specs.Summaries;

/// <summary>What comes of a reading: a description, or all that is wrong with the data.</summary>
public sealed record DescribedData(DataDescription? Description, IReadOnlyList<string> Problems);
