using Sheaf.Surroundings;

namespace Sheaf.Specs.Yaml;

/// <summary>Collects every mistake of one spec.</summary>
internal sealed class SpecReport
{
    /// <summary>More than a person reads, and still small enough for a gRPC trailer.</summary>
    public const int MaxShown = 100;

    private const int MaxKey = 200;

    private readonly HashSet<SpecViolation> _violations = [];

    public int Count => _violations.Count;

    /// <summary>In the order of the text; what came from overrides stands last.</summary>
    public IReadOnlyList<SpecViolation> Violations
    {
        get
        {
            var sorted = _violations.OrderBy(v => v.Line == 0 ? int.MaxValue : v.Line).ThenBy(v => v.Column).ToList();
            return sorted.Count <= MaxShown ? sorted : [.. sorted.Take(MaxShown), new SpecViolation("", 0, 0, $"and {sorted.Count - MaxShown} more mistakes")];
        }
    }

    public void Add(string key, SpecOrigin origin, string message)
    {
        var shown = Printable.Of(key.Length > MaxKey ? key[..MaxKey] + "..." : key);
        message = Printable.Of(message);
        _violations.Add(origin.Override is { } set
            ? new SpecViolation(shown, 0, 0, $"{message} (from --set {Printable.Of(set.ToString())})")
            : new SpecViolation(shown, origin.Line, origin.Column, message));
    }
}
