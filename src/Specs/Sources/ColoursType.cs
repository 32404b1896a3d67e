using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sources;

/// <summary>1 for grey, 3 for colours.</summary>
internal sealed class ColoursType : SpecType<int>
{
    private static readonly CountType Any = new(1, 3);

    public override string Text => Any.Text;

    public override string Range => "1, 3";

    public override string? Show(int value) => Any.Show(value);

    public override JsonObject JsonSchema(SchemaWriter schema) => new() { ["enum"] = new JsonArray(1, 3) };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out int value) =>
        Any.TryRead(node, key, reading, out value) && (value != 2 || reading.Reject(key, node.Origin,
            $"2 channels are neither grey nor colours; allowed: {Range}"));
}
