using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>One name of a <see cref="ChoiceType{T}"/>.</summary>
internal abstract class Alternative<T>(string name)
{
    public string Name { get; } = name;

    /// <summary>What people call it elsewhere. A spec spells it one way; a message that refuses another spelling says which.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>Its name alone is enough.</summary>
    public abstract bool IsBare { get; }

    public abstract bool Makes(T value);

    /// <summary>For editors: what may stand after the name.</summary>
    public abstract JsonObject JsonSchema(SchemaWriter schema);

    public abstract IEnumerable<SpecRow> Rows(string parent);

    public abstract bool TryRead(SpecScalar name, SpecNode? settings, string key, SpecReading reading, [MaybeNullWhen(false)] out T value);
}

/// <param name="name">As the user writes it.</param>
/// <param name="meaning">One sentence.</param>
/// <param name="example">The whole item as it stands in a spec.</param>
/// <param name="section">Its settings.</param>
/// <param name="shorthand">The setting that a bare value stands for: <c>{linear: 10}</c>.</param>
/// <param name="makes">Tells its values from those of another name with the same type.</param>
internal sealed class Alternative<T, TMade>(
    string name, string meaning, string example, Section<TMade> section, string? shorthand = null, Func<TMade, bool>? makes = null) : Alternative<T>(name)
    where TMade : T
{
    /// <summary>The setting that a bare value stands for is a list: <c>{reshape: [1, 8, 8]}</c>.</summary>
    public bool ShorthandIsList { get; init; }

    public override bool IsBare => !section.Fields.Any(each => each.IsRequired);

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var forms = new List<JsonObject> { section.JsonSchema(schema) };
        if (section.Fields.FirstOrDefault(field => field.Name == shorthand) is { } main)
        {
            forms.Add(main.JsonSchema(schema));
        }

        if (IsBare)
        {
            forms.Add(new() { ["type"] = "null" });
        }

        var settings = SchemaWriter.AnyOf(forms);
        settings["description"] = meaning;
        return settings;
    }

    public override bool Makes(T value) => value is TMade made && (makes is null || makes(made));

    public override IEnumerable<SpecRow> Rows(string parent)
    {
        var key = SpecKeys.Join(parent, Name);
        var type = section.Fields.Count == 0 ? "name" : shorthand is null ? "mapping" : $"mapping, or the value of {shorthand}";
        return [new SpecRow(key, type, "", "", meaning, example), .. section.Rows(key)];
    }

    public override bool TryRead(SpecScalar name, SpecNode? settings, string key, SpecReading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        reading.Wrote(key, settings?.Origin ?? name.Origin);
        if (settings is null or SpecScalar { IsNull: true })
        {
            settings = new SpecMapping(name.Origin, [], isFlow: true);
        }
        else if (settings is SpecScalar && section.Fields.Count == 0)
        {
            return reading.Reject(key, settings.Origin, $"{Name} has no settings, and {settings.Quote()} is one; write {example}");
        }
        else if ((settings is SpecScalar || (settings is SpecSequence && ShorthandIsList)) && shorthand is not null)
        {
            settings = new SpecMapping(settings.Origin, [new(new SpecScalar(settings.Origin, shorthand, isPlain: true), settings)], isFlow: true);
        }

        if (!section.TryRead(settings, key, reading, out var made))
        {
            return false;
        }

        value = made;
        return true;
    }
}
