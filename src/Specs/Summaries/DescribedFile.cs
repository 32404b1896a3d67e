namespace Sheaf.Specs.Summaries;

/// <summary>A file that was read.</summary>
public sealed record DescribedFile(string Path, string Sha256, long Bytes);
