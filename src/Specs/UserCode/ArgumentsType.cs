using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.UserCode;

/// <summary>The arguments of a constructor by name: <c>{hidden: 128, sizes: [64, 32]}</c>.</summary>
internal sealed class ArgumentsType : SpecType<IReadOnlyDictionary<string, IReadOnlyList<string>>>
{
    public override string Text => "mapping";

    public override string Range => "names of the constructor's parameters; numbers, true or false, texts, or lists of them";

    public override string? Show(IReadOnlyDictionary<string, IReadOnlyList<string>> value) =>
        $"{{{string.Join(", ", value.Select(pair => $"{pair.Key}: {(pair.Value.Count == 1 ? pair.Value[0] : $"[{string.Join(", ", pair.Value)}]")}"))}}}";

    public override JsonObject JsonSchema(SchemaWriter schema) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = SchemaWriter.AnyOf(SchemaWriter.Scalar(), new JsonObject { ["type"] = "array", ["items"] = SchemaWriter.Scalar() }),
    };

    public override bool TryRead(
        SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, IReadOnlyList<string>> value)
    {
        value = null;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a mapping; write {{name: value}} with {Range}");
        }

        var read = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            var items = entry.Value is SpecSequence list ? list.Items : [entry.Value];
            if (items.TrueForAll(item => item is SpecScalar { IsNull: false }))
            {
                read[entry.Key.Text] = [.. items.Select(item => ((SpecScalar)item).Text)];
            }
            else
            {
                sound = reading.Reject(
                    SpecKeys.Join(key, entry.Key.Text), entry.Value.Origin, $"{entry.Value.Quote()} is no argument; allowed: a value, or a list of values");
            }
        }

        value = read;
        return sound;
    }
}
