namespace Sheaf.Specs;

/// <summary>From <paramref name="Min"/> to <paramref name="Max"/> workers; a single number in the spec sets both.</summary>
public readonly record struct WorkerCount(int Min, int Max);
