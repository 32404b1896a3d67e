namespace Sheaf.Training.Data;

/// <summary>What is known of the file of weights that an experiment begins with. Plain values, for System.Text.Json.</summary>
/// <param name="Path">Of the file; its SHA-256 is among the files of the facts.</param>
public sealed record WeightsFacts(string Path, IReadOnlyList<WeightEntry> Entries);
