namespace Sheaf.Training.Data;

/// <summary>A file as it was when it was read. <paramref name="Sha256"/> (lower-case hexadecimal) is of the bytes that were parsed.</summary>
public sealed record DataFile(string Path, string Sha256, long Bytes);
