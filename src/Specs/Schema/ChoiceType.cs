using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>One of several named things, each with settings of its own: <c>relu</c>, <c>{linear: 10}</c>, <c>{linear: {out: 10, bias: false}}</c>.</summary>
internal sealed class ChoiceType<T>(string what, IReadOnlyList<Alternative<T>> alternatives) : SpecType<T>
{
    private readonly List<string> _names = [.. alternatives.Select(a => a.Name)];

    /// <summary>As a spec spells them.</summary>
    public IReadOnlyList<string> Names => _names;

    public SpellingList Spellings { get; } = new(alternatives.Select(a => (a.Name, a.Also)));

    /// <summary>Names of later versions: refused with a message that says so.</summary>
    public IReadOnlyList<string> Reserved { get; init; } = [];

    public override string Text => what;

    public override string Range => string.Join(", ", _names);

    // The choice shows itself while it reads, with the meaning of what was chosen.
    public override string? Show(T value) => alternatives.FirstOrDefault(a => a.Makes(value))?.Name;

    public override IEnumerable<SpecRow> Rows(string key) => alternatives.SelectMany(a => a.Rows(key));

    public override JsonObject JsonSchema(SchemaWriter schema) => schema.Reference(this, what, () =>
    {
        var settings = new JsonObject();
        foreach (var alternative in alternatives)
        {
            settings[alternative.Name] = alternative.JsonSchema(schema);
        }

        var mapping = new JsonObject
        {
            ["type"] = "object", ["properties"] = settings, ["additionalProperties"] = false, ["minProperties"] = 1, ["maxProperties"] = 1,
        };
        return SchemaWriter.AnyOf(SchemaWriter.Words(alternatives.Where(each => each.IsBare).Select(each => each.Name)), mapping);
    });

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        var (name, settings) = node switch
        {
            SpecScalar { IsNull: false } scalar => (scalar, null),
            SpecMapping { Entries: [var only] } => (only.Key, only.Value),
            _ => (null, null),
        };
        if (name is null)
        {
            return reading.Reject(key, node.Origin, node is SpecMapping mapping && mapping.Entries.Find(e => Reserved.Contains(e.Key.Text)) is { } reserved
                ? $"a {what} with {reserved.Key.Quote()} is not available in this version of Sheaf. Allowed here: {Range}"
                : node is SpecMapping { Entries.Count: > 1 }
                ? $"{node.Quote()} is more than one {what}; exactly one is allowed. Allowed here: {Range}"
                : $"{node.Quote()} names no {what}; write its name, or {{name: settings}}. Allowed here: {Range}");
        }

        var chosen = alternatives.FirstOrDefault(a => a.Name == name.Text);
        if (chosen is null)
        {
            return reading.Reject(key, name.Origin, Reserved.Contains(name.Text)
                ? $"{name.Quote()} is not available in this version of Sheaf. Allowed here: {Range}"
                : $"unknown {what} {name.Quote()}{Schema.Names.Hint(name.Text, _names, Spellings)}");
        }

        reading.Keep(key + "?", chosen.Name);
        return chosen.TryRead(name, settings, SpecKeys.Join(key, chosen.Name), reading, out value);
    }
}
