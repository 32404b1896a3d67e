namespace Sheaf.Training.Data;

/// <summary>An array of a file of weights.</summary>
/// <param name="Type">Of its elements, as a person reads it: <c>float32</c>.</param>
public sealed record WeightEntry(string Name, string Type, IReadOnlyList<long> Shape);
