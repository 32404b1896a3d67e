using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary>A whole number, or <c>all</c> (null).</summary>
internal sealed class BatchSizeType : SpecType<int?>
{
    private static readonly CountType Number = new(1, 1 << 24);

    public override string Text => "whole number, or all";

    public override string Range => Number.Range;

    public override string? Show(int? value) => value is { } number ? Number.Show(number) : "all";

    public override JsonObject JsonSchema(SchemaWriter schema) => SchemaWriter.AnyOf(Number.JsonSchema(schema), SchemaWriter.Words("all"));

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out int? value)
    {
        value = null;
        if (node is SpecScalar scalar && (scalar.Text == "all" || !ScalarRules.IsNumber(scalar.Text)))
        {
            return scalar.Text == "all" || reading.Reject(key, node.Origin, $"{node.Quote()} is neither a whole number nor \"all\"; allowed: {Range}, all");
        }

        var read = Number.TryRead(node, key, reading, out var number);
        value = number;
        return read;
    }
}
