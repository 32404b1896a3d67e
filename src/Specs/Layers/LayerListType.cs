using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Sections;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Layers;

/// <summary>A list of layers inside a layer. What a layer may be is looked up when it is read, as the layer around it is one of them.</summary>
internal sealed class LayerListType(int min) : SpecType<IReadOnlyList<LayerSpec>>
{
    public override string Text => "list: layer";

    public override string Range => min > 0 ? $"the names of model.layers; {min} or more items" : "the names of model.layers";

    public override string? Show(IReadOnlyList<LayerSpec> value) => value.Count == 0 ? "[]" : Inner.Show(value);

    public override JsonObject JsonSchema(SchemaWriter schema) => Inner.JsonSchema(schema);

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out IReadOnlyList<LayerSpec> value) =>
        Inner.TryRead(node, key, reading, out value);

    private ListType<LayerSpec> Inner => new(LayerSection.Type, min);
}
