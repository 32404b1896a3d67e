using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>A mapping with known keys.</summary>
/// <param name="fields">In the order of the reference.</param>
/// <param name="build">Called only where every field is sound.</param>
internal sealed class Section<T>(IReadOnlyList<SpecField> fields, Func<SectionValues, T> build) : SpecType<T>
{
    /// <summary>Keys of later versions: refused with a message that says so.</summary>
    public IReadOnlyList<string> Reserved { get; init; } = [];

    public override string Text => "mapping";

    public override string Range => fields.Count > 0 ? $"keys {string.Join(", ", fields.Select(f => f.Name))}" : "";

    public IReadOnlyList<SpecField> Fields => fields;

    public override string? Show(T value) => null;

    public override IEnumerable<SpecRow> Rows(string key) => fields.SelectMany(f => f.Rows(key));

    public override JsonObject JsonSchema(SchemaWriter schema) => JsonSchema(schema, null);

    /// <param name="schema">Gets the definitions.</param>
    /// <param name="tag">A key that belongs to somebody else, and its value.</param>
    public JsonObject JsonSchema(SchemaWriter schema, (string Key, string Value)? tag)
    {
        var properties = new JsonObject();
        if (tag is { } said)
        {
            properties[said.Key] = new JsonObject { ["const"] = said.Value };
        }

        foreach (var field in fields)
        {
            properties[field.Name] = field.JsonSchema(schema);
        }

        var mapping = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (fields.Any(field => field.IsRequired))
        {
            mapping["required"] = new JsonArray([.. fields.Where(field => field.IsRequired).Select(field => (JsonNode)field.Name)]);
        }

        return mapping;
    }

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out T value) =>
        TryRead(node, key, reading, null, out value);

    /// <param name="node">The mapping.</param>
    /// <param name="key">Of the mapping.</param>
    /// <param name="reading">This parse.</param>
    /// <param name="tag">A key that belongs to somebody else, such as <c>format</c>.</param>
    /// <param name="value">What was built.</param>
    public bool TryRead(SpecNode node, string key, SpecReading reading, string? tag, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(
                key, node.Origin, $"{node.Quote()} is not a mapping; write {string.Join(", ", fields.Select(f => f.Name))} below it, each as \"key: value\"");
        }

        var before = reading.Mistakes;
        var meant = RefuseUnknown(mapping, key, reading, tag);
        var values = new SectionValues();
        var sound = true;
        foreach (var field in fields)
        {
            var entry = mapping.Find(field.Name);
            if (entry is null && field.IsRequired && !meant.Contains(field.Name))
            {
                reading.Reject(key, node.Origin, $"the key \"{field.Name}\" is missing: {field.Meaning} For example {field.Name}: {field.Example}");
            }

            sound &= field.Read(entry?.Value, key, reading, values);
        }

        if (!sound || reading.Mistakes > before)
        {
            return false;
        }

        value = build(values)!;
        return true;
    }

    /// <summary>Returns the names that the unknown ones were probably meant to be, so that these are not called missing as well.</summary>
    private HashSet<string> RefuseUnknown(SpecMapping mapping, string key, SpecReading reading, string? tag)
    {
        var names = fields.Select(f => f.Name).ToList();
        if (tag is not null)
        {
            names.Insert(0, tag);
        }

        // A name that is there already was not what an unknown one was meant to be.
        var absent = names.Where(n => mapping.Find(n) is null).ToList();
        var meant = new HashSet<string>();
        foreach (var name in mapping.Entries.Select(e => e.Key).Where(k => !names.Contains(k.Text)))
        {
            var at = SpecKeys.Join(key, name.Text);
            if (Reserved.Contains(name.Text))
            {
                reading.Reject(
                    at, name.Origin, $"\"{name.Text}\" is not available in this version of Sheaf; remove it. Allowed here: {string.Join(", ", names)}");
                continue;
            }

            if (names.Count == 0)
            {
                reading.Reject(at, name.Origin, $"unknown key {name.Quote()}; no settings are allowed here");
                continue;
            }

            if (Names.Nearest(name.Text, absent) is { } near)
            {
                meant.Add(near);
            }

            reading.Reject(at, name.Origin, $"unknown key {name.Quote()}{Names.Hint(name.Text, names)}");
        }

        return meant;
    }
}
