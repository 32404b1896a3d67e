namespace Sheaf.Silo.Storage;

/// <summary>A state's file is not what was written. It is never taken for an empty state.</summary>
[GenerateSerializer]
public sealed class CorruptStateException(string path, string problem)
    : Exception($"The state file '{path}' is corrupt: {problem}. Restore it from a backup, or delete it to begin without that state.");
