using Sheaf.Surroundings;

namespace Sheaf.Specs.Yaml;

/// <summary>A YAML node that knows where it was written. Only overrides change a tree.</summary>
internal abstract class SpecNode(SpecOrigin origin)
{
    public SpecOrigin Origin { get; } = origin;

    /// <summary>The value as a person would quote it in a message, on one line and not too long.</summary>
    public abstract string Quote();
}

/// <param name="origin">Where it starts.</param>
/// <param name="text">Without quotes and escapes.</param>
/// <param name="isPlain">Written without quotes: only these can be numbers, booleans or null.</param>
internal sealed class SpecScalar(SpecOrigin origin, string text, bool isPlain) : SpecNode(origin)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Quote()
    {
        return '"' + Printable.Of(Text.Length > 60 ? Text[..57] + "..." : Text) + '"';
    }
}

internal sealed class SpecSequence(SpecOrigin origin, List<SpecNode> items, bool isFlow) : SpecNode(origin)
{
    public List<SpecNode> Items { get; } = items;

    public bool IsFlow { get; } = isFlow;

    public override string Quote() => $"a list of {Items.Count}";
}

internal sealed class SpecMapping(SpecOrigin origin, List<SpecMappingEntry> entries, bool isFlow) : SpecNode(origin)
{
    public List<SpecMappingEntry> Entries { get; } = entries;

    public bool IsFlow { get; } = isFlow;

    public SpecMappingEntry? Find(string key) => Entries.Find(e => e.Key.Text == key);

    public override string Quote() =>
        Entries.Count == 0 ? "an empty mapping" : $"a mapping with {string.Join(", ", Entries.Take(4).Select(e => e.Key.Quote()))}";
}

internal sealed class SpecMappingEntry(SpecScalar key, SpecNode value)
{
    public SpecScalar Key { get; } = key;

    public SpecNode Value { get; set; } = value;
}
