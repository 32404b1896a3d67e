using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>The sum of what its layers make of a sample and of the sample itself, or of what its shortcut makes of it.</summary>
    /// <param name="Shortcut">Empty: the sample as it is.</param>
    public sealed record Residual(IReadOnlyList<LayerSpec> Layers, IReadOnlyList<LayerSpec> Shortcut) : Branches
    {
        private static readonly SpecField<IReadOnlyList<LayerSpec>> LayersField = SpecField<IReadOnlyList<LayerSpec>>.Required(
            "layers",
            new LayerListType(1),
            "The layers whose result is added to the input, one after the other.",
            "[{conv2d: {out: 8, kernel: 3, padding: 1}}, batch_norm, relu]",
            see: "list of layers: those of model.layers");
        private static readonly SpecField<IReadOnlyList<LayerSpec>> ShortcutField = SpecField<IReadOnlyList<LayerSpec>>.WithDefault(
            "shortcut",
            new LayerListType(0),
            [],
            "the input as it is",
            "Layers that bring the input to the shape of the result, where the layers change it.",
            "[{conv2d: {out: 16, kernel: 1, stride: 2}}]",
            see: "list of layers: those of model.layers");

        public override IReadOnlyList<LayerPath> Inside => [new("layers", Layers), new("shortcut", Shortcut)];

        protected override string Fix => "give it a shortcut that makes the same, such as a conv2d with kernel 1 and the layers' stride.";

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Residual>(
            "residual",
            "Layers whose result is added to their input (He et al., 2016).",
            "{residual: [{conv2d: {out: 8, kernel: 3, padding: 1}}, batch_norm, relu]}",
            new Section<Residual>([LayersField, ShortcutField], v => new(v.Get(LayersField), v.Get(ShortcutField))),
            "layers")
        {
            ShorthandIsList = true,
            Also = ["residual_block", "skip", "basic_block"],
        };
    }
}
