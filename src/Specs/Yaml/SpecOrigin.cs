namespace Sheaf.Specs.Yaml;

/// <summary>Where a node was written: a 1-based place in the text, or an override (then line and column are 0).</summary>
internal readonly record struct SpecOrigin(int Line, int Column, SpecOverride? Override);
