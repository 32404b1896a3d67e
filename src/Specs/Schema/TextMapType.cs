using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>A mapping of the user's own names to texts.</summary>
internal sealed class TextMapType : SpecType<IReadOnlyDictionary<string, string>>
{
    public override string Text => "mapping of texts";

    public override string? Show(IReadOnlyDictionary<string, string> value) => $"{{{string.Join(", ", value.Select(p => $"{p.Key}: {p.Value}"))}}}";

    public override JsonObject JsonSchema(SchemaWriter schema) => new() { ["type"] = "object", ["additionalProperties"] = SchemaWriter.Scalar() };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, string> value)
    {
        value = null;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a mapping; write {{column: text}}");
        }

        var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is SpecScalar scalar)
            {
                read[entry.Key.Text] = scalar.Text;
            }
            else
            {
                sound = reading.Reject(SpecKeys.Join(key, entry.Key.Text), entry.Value.Origin, $"{entry.Value.Quote()} is not a text");
            }
        }

        value = read;
        return sound;
    }
}
