using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Unflatten, or Tensor.reshape of a sample: the same values in another shape.</summary>
    /// <param name="Shape">Of a sample: [columns], [channels, length], or [channels, height, width].</param>
    public sealed record Reshape(IReadOnlyList<int> Shape) : LayerSpec
    {
        private static readonly SpecField<IReadOnlyList<int>> ShapeField = SpecField<IReadOnlyList<int>>.Required(
            "shape",
            new ListType<int>(new CountType(1, 1 << 20), 1, single: true),
            "Of a sample: [columns], [channels, length] or [channels, height, width]; as many values as before.",
            "[1, 8, 8]");

        public override SampleShape? Makes => Shape.Count <= 3 ? (SampleShape)Shape.Count : null;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            static long Values(IEnumerable<int> shape) => shape.Aggregate(1L, (product, size) => Math.Min(product, int.MaxValue) * size);
            return Shape.Count > 3 ? new(input) { Problem = $"makes samples of {Shape.Count} dimensions; allowed are 1 to 3." }
                : Values(Shape) != Values(input) ? new(input)
                {
                    Problem = $"makes {LayerPlan.Text(Shape)}, {Values(Shape)} values, of {LayerPlan.Text(input)}, {Values(input)} values; they must be "
                        + "as many.",
                }
                : new(Shape);
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Reshape>(
            "reshape",
            "The same values in another shape.",
            "{reshape: [1, 8, 8]}",
            new Section<Reshape>([ShapeField], v => new(v.Get(ShapeField))),
            "shape")
        {
            ShorthandIsList = true,
            Also = ["view", "unflatten"],
        };
    }
}
