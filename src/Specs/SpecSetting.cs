namespace Sheaf.Specs;

/// <summary>One effective setting of a spec: its dotted key, its value, whether the user left it out, and what it means in one sentence.</summary>
public sealed record SpecSetting(string Key, string Value, bool IsDefault, string Meaning);
