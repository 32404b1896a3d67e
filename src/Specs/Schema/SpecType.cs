using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>What may stand at a key. One object reads, validates, shows and documents it.</summary>
internal abstract class SpecType
{
    /// <summary>For the reference: "whole number", "list of numbers".</summary>
    public abstract string Text { get; }

    /// <summary>For messages and the reference: "1 to 1024"; empty where the type says it all.</summary>
    public virtual string Range => "";

    /// <summary>For editors: a JSON Schema of what may stand here.</summary>
    public abstract JsonObject JsonSchema(SchemaWriter schema);

    /// <summary>The rows of the reference for what stands below <paramref name="key"/>.</summary>
    public virtual IEnumerable<SpecRow> Rows(string key) => [];
}

internal abstract class SpecType<T> : SpecType
{
    /// <summary>Reads a value; where it returns false it has reported why.</summary>
    public abstract bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out T value);

    /// <summary>The value as <c>spec explain</c> shows it; <c>null</c> where only what is inside has a value.</summary>
    public abstract string? Show(T value);
}
