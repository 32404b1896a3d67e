using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary><c>2</c>, or <c>{min: 1, max: 4}</c>.</summary>
internal sealed class WorkersType : SpecType<WorkerCount>
{
    private static readonly CountType Number = new(1, 1024);

    private static readonly SpecField<int> Min = SpecField<int>.WithDefault("min", Number, 1, "The run waits while it has fewer.", "1");
    private static readonly SpecField<int> Max = SpecField<int>.Required("max", Number, "The run takes no more; at most shards.", "4");
    private static readonly Section<WorkerCount> Section = new([Min, Max], v => new WorkerCount(v.Get(Min), v.Get(Max)));

    public override string Text => "whole number, or a mapping with min and max";

    public override string Range => Number.Range;

    public override string? Show(WorkerCount value) => value.Min == value.Max ? $"{value.Min}" : $"{value.Min} to {value.Max}";

    public override IEnumerable<SpecRow> Rows(string key) =>
        Section.Rows(key).Select(r => r.Key == "workers.max" ? r with { Default = "required with min" } : r);

    public override JsonObject JsonSchema(SchemaWriter schema) => SchemaWriter.AnyOf(Number.JsonSchema(schema), Section.JsonSchema(schema));

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out WorkerCount value)
    {
        if (node is SpecMapping)
        {
            return Section.TryRead(node, key, reading, out value);
        }

        var read = Number.TryRead(node, key, reading, out var both);
        value = new WorkerCount(both, both);
        return read;
    }
}
