using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.UserCode;

/// <summary>Files by name: <c>{book: data/book.txt}</c>.</summary>
internal sealed class PathMapType : SpecType<IReadOnlyDictionary<string, string>>
{
    private static readonly PathType Path = new();

    public override string Text => "mapping of paths";

    public override string Range => Path.Range;

    public override string? Show(IReadOnlyDictionary<string, string> value) => $"{{{string.Join(", ", value.Select(pair => $"{pair.Key}: {pair.Value}"))}}}";

    public override JsonObject JsonSchema(SchemaWriter schema) => new() { ["type"] = "object", ["additionalProperties"] = Path.JsonSchema(schema) };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, string> value)
    {
        value = null;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a mapping; write {{name: path}}");
        }

        var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var sound = true;
        foreach (var entry in mapping.Entries)
        {
            if (Path.TryRead(entry.Value, SpecKeys.Join(key, entry.Key.Text), reading, out var path))
            {
                read[entry.Key.Text] = path;
            }
            else
            {
                sound = false;
            }
        }

        value = read;
        return sound;
    }
}
