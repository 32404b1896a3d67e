namespace Sheaf.Specs.Schema;

/// <summary>One row of the reference, docs/spec.md.</summary>
internal sealed record SpecRow(string Key, string Type, string Range, string Default, string Meaning, string Example);
