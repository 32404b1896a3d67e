namespace Sheaf.Training.Data;

/// <summary>What a spec calls the arrays of a source, for messages, and the classes.</summary>
internal sealed record ArrayNames(string Features, string Targets, IReadOnlyList<string> Classes);
