namespace Sheaf.Specs.Summaries;

/// <summary>What a transform makes of the columns.</summary>
/// <param name="Text">As the spec has it.</param>
/// <param name="Columns">After it and all before it; empty where it changes whole images.</param>
public sealed record TransformEffect(string Text, IReadOnlyList<ColumnEffect> Columns);
