using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;
using Sheaf.Surroundings;

namespace Sheaf.Specs.Schema;

/// <summary>A key of a section: the one place that says its name, type, default and meaning.</summary>
internal abstract class SpecField(string name, string meaning, string example)
{
    public string Name { get; } = name;

    public string Meaning { get; } = meaning;

    public string Example { get; } = example;

    public abstract bool IsRequired { get; }

    public abstract IEnumerable<SpecRow> Rows(string parent);

    /// <summary>For editors: what may stand at the key, and what it means.</summary>
    public abstract JsonObject JsonSchema(SchemaWriter schema);

    /// <summary>Reads the value, or takes the default, into <paramref name="values"/>.</summary>
    public abstract bool Read(SpecNode? node, string parent, SpecReading reading, SectionValues values);
}

internal sealed class SpecField<T> : SpecField
{
    private readonly SpecType<T> _type;
    private readonly bool _hasDefault;
    private readonly T? _default;
    private readonly string? _absent;

    private SpecField(string name, SpecType<T> type, bool hasDefault, T? value, string? absent, string meaning, string example)
        : base(name, meaning, example) => (_type, _hasDefault, _default, _absent) = (type, hasDefault, value, absent);

    public override bool IsRequired => !_hasDefault && _absent is null;

    /// <summary>What is said of this field in the reference instead of the rows of its type, where these stand elsewhere already.</summary>
    private string? See { get; init; }

    /// <summary>A default that is read like a value, so that the settings inside it have theirs.</summary>
    private SpecNode? DefaultNode { get; init; }

    private string DefaultText => _absent ?? (_hasDefault ? _type.Show(_default!) ?? "" : "");

    public static SpecField<T> Required(string name, SpecType<T> type, string meaning, string example, string? see = null) =>
        new(name, type, false, default, null, meaning, example) { See = see };

    public static SpecField<T> WithDefault(string name, SpecType<T> type, T value, string meaning, string example) =>
        new(name, type, true, value, null, meaning, example);

    /// <summary><paramref name="absent"/> says what holds where the key is left out.</summary>
    public static SpecField<T> Optional(string name, SpecType<T> type, string absent, string meaning, string example, string? see = null) =>
        new(name, type, false, default, absent, meaning, example) { See = see };

    /// <summary>A default whose text says more than its value.</summary>
    public static SpecField<T> WithDefault(string name, SpecType<T> type, T value, string text, string meaning, string example, string? see = null) =>
        new(name, type, true, value, text, meaning, example) { See = see };

    public static SpecField<T> Filled(string name, SpecType<T> type, SpecNode value, string text, string meaning, string example) =>
        new(name, type, false, default, text, meaning, example) { DefaultNode = value };

    public override bool Read(SpecNode? node, string parent, SpecReading reading, SectionValues values)
    {
        var key = SpecKeys.Join(parent, Name);
        if (node is null && DefaultNode is null)
        {
            return ReadDefault(key, reading, values);
        }

        if (node is not null)
        {
            reading.Wrote(key, node.Origin);
        }

        var isDefault = node is null;
        node ??= DefaultNode!;
        if (node is SpecScalar { IsNull: true })
        {
            return reading.Reject(key, node.Origin, $"has no value; expected {_type.Text}{Space(_type.Range)}{(IsRequired ? "" : ", or leave the key out")}");
        }

        var at = reading.Settings.Count;
        if (!_type.TryRead(node, key, reading, out var value))
        {
            return false;
        }

        values.Set(this, value);
        reading.Keep(key, value);
        if (_type.Show(value) is { } shown)
        {
            reading.Settings.Insert(at, new SpecSetting(Printable.Of(key), Printable.Of(shown), isDefault, Meaning));
        }

        return true;
    }

    public override IEnumerable<SpecRow> Rows(string parent)
    {
        var key = SpecKeys.Join(parent, Name);
        yield return new SpecRow(key, See ?? _type.Text, See is null ? _type.Range : "", IsRequired ? "required" : DefaultText, Meaning, Example);
        foreach (var row in See is null ? _type.Rows(key) : [])
        {
            yield return row;
        }
    }

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var type = _type.JsonSchema(schema);
        type["description"] = IsRequired || DefaultText.Length == 0 ? Meaning : $"{Meaning} Default: {DefaultText}.";
        return type;
    }

    private bool ReadDefault(string key, SpecReading reading, SectionValues values)
    {
        if (IsRequired)
        {
            return false;
        }

        if (_hasDefault)
        {
            values.Set(this, _default!);
            reading.Keep(key, _default);
        }

        reading.Settings.Add(new SpecSetting(key, DefaultText, IsDefault: true, Meaning));
        return true;
    }

    private static string Space(string range) => range.Length > 0 ? $" ({range})" : "";
}
