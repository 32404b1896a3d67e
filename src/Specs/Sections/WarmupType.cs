using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary><c>500</c> or <c>500 steps</c>.</summary>
internal sealed class WarmupType : SpecType<long>
{
    private static readonly IntegerType Number = new(0, 1_000_000_000);
    private static readonly IntervalType Interval = new();

    public override string Text => "whole number of steps";

    public override string Range => Number.Range;

    public override string? Show(long value) => Number.Show(value);

    public override JsonObject JsonSchema(SchemaWriter schema) =>
        SchemaWriter.AnyOf(Number.JsonSchema(schema), new JsonObject { ["type"] = "string", ["pattern"] = "^ *[0-9]+ +steps? *$" });

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out long value)
    {
        if (node is not SpecScalar scalar || !scalar.Text.Contains(' ', StringComparison.Ordinal))
        {
            return Number.TryRead(node, key, reading, out value);
        }

        var read = Interval.TryRead(node, key, reading, out var interval);
        value = interval.Count;
        return read && (interval.Unit == IntervalUnit.Step || reading.Reject(key, node.Origin,
            $"a warm-up is counted in steps, and {node.Quote()} is not; allowed: {Range}, such as 500 or 500 steps"));
    }
}
