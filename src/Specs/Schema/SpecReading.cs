using System.Diagnostics.CodeAnalysis;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>
/// The state of one parse. Every value that could be read is kept by its dotted key, so that the rules about combinations
/// (<see cref="Sections.Combinations"/>) run on whatever is sound while other parts are broken.
/// </summary>
internal sealed class SpecReading(SpecReport report, string basePath)
{
    private readonly Dictionary<string, object?> _values = [];
    private readonly Dictionary<string, SpecOrigin> _origins = [];

    public string BasePath { get; } = basePath;

    public List<SpecSetting> Settings { get; } = [];

    public int Mistakes => report.Count;

    /// <summary>Remembers that the user wrote something at this key, sound or not.</summary>
    public void Wrote(string key, SpecOrigin origin) => _origins[key] = origin;

    public void Keep(string key, object? value) => _values[key] = value;

    /// <summary>True where the user wrote the key.</summary>
    public bool Has(string key) => _origins.ContainsKey(key);

    /// <summary>True where the key's value, written or default, is sound.</summary>
    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value)
    {
        if (_values.TryGetValue(key, out var found) && found is T typed)
        {
            value = typed;
            return true;
        }

        value = default;
        return false;
    }

    public bool Reject(string key, SpecOrigin origin, string message)
    {
        report.Add(key, origin, message);
        return false;
    }

    /// <summary>Reports at the key itself or, where the user left it out, at the nearest thing around it.</summary>
    public void Reject(string key, string message)
    {
        var at = key;
        while (at.Length > 0 && !_origins.ContainsKey(at))
        {
            at = at.LastIndexOf('.') is > 0 and var dot ? at[..dot] : "";
        }

        report.Add(key, _origins.GetValueOrDefault(at, new SpecOrigin(1, 1, null)), message);
    }
}
