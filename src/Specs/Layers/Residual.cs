using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>The sum of what its layers make of a sample and of the sample itself, or of what its shortcut makes of it.</summary>
    /// <param name="Shortcut">Empty: the sample as it is.</param>
    public sealed record Residual(IReadOnlyList<LayerSpec> Layers, IReadOnlyList<LayerSpec> Shortcut) : LayerSpec
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

        public override bool HasWeights => Layers.Concat(Shortcut).Any(layer => layer.HasWeights);

        public override IReadOnlyList<(string Key, IReadOnlyList<LayerSpec> Layers)> Inside => [("layers", Layers), ("shortcut", Shortcut)];

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            var (made, passed) = (LayerPlan.Chain("layers", Layers, input), LayerPlan.Chain("shortcut", Shortcut, input));
            return made.Problem is not null ? made
                : passed.Problem is not null ? passed
                : made with
                {
                    Parameters = [.. made.Parameters, .. passed.Parameters],
                    Buffers = [.. made.Buffers, .. passed.Buffers],
                    Inner = [.. made.Inner, .. passed.Inner],
                    MultiplyAdds = made.MultiplyAdds + passed.MultiplyAdds,
                    SingleValueNorms = [.. made.SingleValueNorms.Concat(passed.SingleValueNorms).Select(norm => $"residual {norm}")],
                    Problem = made.Shape.SequenceEqual(passed.Shape) ? null
                        : $"cannot add {LayerPlan.Text(made.Shape)}, which its layers make of {LayerPlan.Text(input)}, "
                            + $"and {LayerPlan.Text(passed.Shape)} of its shortcut; "
                            + "give it a shortcut that makes the same, such as a conv2d with kernel 1 and the layers' stride.",
                };
        }

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
