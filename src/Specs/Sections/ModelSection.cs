using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class ModelSection
{
    private static readonly SpecField<IReadOnlyList<LayerSpec>> Layers = SpecField<IReadOnlyList<LayerSpec>>.Required(
        "layers", new ListType<LayerSpec>(LayerSection.Type, 1), "The layers, one after the other; input sizes are inferred.", "[flatten, {linear: 10}]");

    public static Section<ModelSpec> Type { get; } = new([Layers], v => new ModelSpec.Sequential(v.Get(Layers)))
    {
        Reserved = ["type", "assembly", "pretrained"],
    };
}
