using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>A mapping whose other keys depend on the value of one, such as <c>format</c>.</summary>
internal sealed class TaggedType<T>(string tag, string what, IReadOnlyList<Tagged<T>> alternatives) : SpecType<T>
{
    private readonly List<string> _names = [.. alternatives.Select(a => a.Name)];

    public IReadOnlyList<string> Reserved { get; init; } = [];

    public override string Text => what;

    public override string Range => $"{tag}: {string.Join(", ", _names)}";

    public override string? Show(T value) => null;

    public override IEnumerable<SpecRow> Rows(string key) =>
        [
            new SpecRow(
                SpecKeys.Join(key, tag),
                "name",
                string.Join(", ", _names),
                "required",
                string.Join(" ", alternatives.Select(a => $"`{a.Name}`: {a.Meaning}")),
                _names[0]),
            .. alternatives.SelectMany(a => a.Rows(key)),
        ];

    public override JsonObject JsonSchema(SchemaWriter schema) => schema.Reference(this, what, () => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [tag] = SchemaWriter.Words(_names) },
        ["required"] = new JsonArray(tag),
        ["allOf"] = new JsonArray([.. alternatives.Select(each => new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { [tag] = new JsonObject { ["const"] = each.Name } } },
            ["then"] = each.JsonSchema(schema, tag),
        })]),
    });

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a {what}; write a mapping with {Range}");
        }

        if (mapping.Entries.Find(e => e.Key.Text == "assembly") is { } assembly)
        {
            return reading.Reject(
                SpecKeys.Join(key, "assembly"),
                assembly.Key.Origin,
                $"a {what} of your own (\"assembly\") is not available in this version of Sheaf; write {Range}");
        }

        var at = SpecKeys.Join(key, tag);
        if (mapping.Find(tag) is not { } entry)
        {
            var misspelt = mapping.Entries.Find(e => Names.Nearest(e.Key.Text, [tag]) is not null);
            return misspelt is not null
                ? reading.Reject(
                    SpecKeys.Join(key, misspelt.Key.Text), misspelt.Key.Origin, $"unknown key {misspelt.Key.Quote()}; did you mean \"{tag}\"? Allowed: {Range}")
                : reading.Reject(key, node.Origin, $"the key \"{tag}\" is missing; allowed: {Range}");
        }

        reading.Wrote(at, entry.Value.Origin);
        var name = (entry.Value as SpecScalar)?.Text ?? "";
        if (alternatives.FirstOrDefault(a => a.Name == name) is { } chosen)
        {
            reading.Keep(at, name);
            reading.Settings.Add(new SpecSetting(at, name, IsDefault: false, chosen.Meaning));
            return chosen.TryRead(node, key, reading, tag, out value);
        }

        return reading.Reject(at, entry.Value.Origin, Reserved.Contains(name)
            ? $"{entry.Value.Quote()} is not available in this version of Sheaf. Allowed here: {string.Join(", ", _names)}"
            : $"unknown {tag} {entry.Value.Quote()}{Names.Hint(name, _names)}");
    }
}

internal abstract class Tagged<T>(string name, string meaning)
{
    public string Name { get; } = name;

    public string Meaning { get; } = meaning;

    public abstract IEnumerable<SpecRow> Rows(string key);

    public abstract JsonObject JsonSchema(SchemaWriter schema, string tag);

    public abstract bool TryRead(SpecNode node, string key, SpecReading reading, string tag, [MaybeNullWhen(false)] out T value);
}

internal sealed class Tagged<T, TMade>(string name, string meaning, Section<TMade> section) : Tagged<T>(name, meaning)
    where TMade : T
{
    public override IEnumerable<SpecRow> Rows(string key) => section.Rows(key).Select(r => r with { Meaning = $"({Name}) {r.Meaning}" });

    public override JsonObject JsonSchema(SchemaWriter schema, string tag) => section.JsonSchema(schema, (tag, Name));

    public override bool TryRead(SpecNode node, string key, SpecReading reading, string tag, [MaybeNullWhen(false)] out T value)
    {
        var read = section.TryRead(node, key, reading, tag, out var made);
        value = made;
        return read;
    }
}
