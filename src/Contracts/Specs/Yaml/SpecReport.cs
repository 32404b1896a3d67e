namespace Sheaf.Contracts.Specs.Yaml;

/// <summary>Collects every mistake of one spec.</summary>
internal sealed class SpecReport
{
    private readonly List<SpecViolation> _violations = [];

    public int Count => _violations.Count;

    /// <summary>In the order of the text; what came from overrides stands last, in their order.</summary>
    public IReadOnlyList<SpecViolation> Violations =>
        [.. _violations.Distinct().OrderBy(v => v.Line == 0 ? int.MaxValue : v.Line).ThenBy(v => v.Column)];

    public void Add(string key, SpecOrigin origin, string message) =>
        _violations.Add(origin.Override is { } set
            ? new SpecViolation(key, 0, 0, $"{message} (from --set {set})")
            : new SpecViolation(key, origin.Line, origin.Column, message));
}
