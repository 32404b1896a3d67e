using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.MaxPool2d. <paramref name="Stride"/> null means <paramref name="Kernel"/>.</summary>
    public sealed record MaxPool(int Kernel, int? Stride = null, int Padding = 0) : LayerSpec
    {
        public override SampleShape? Takes => SampleShape.Image;

        public override LayerPlan Plan(IReadOnlyList<int> input) => LayerPlan.Pool(input, Kernel, Stride ?? Kernel, Padding);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, MaxPool>(
            "max_pool",
            "The largest value of each square window.",
            "{max_pool: 2}",
            new Section<MaxPool>(
                [LayerFields.Kernel, LayerFields.PoolStride, LayerFields.PoolPadding],
                v => new(v.Get(LayerFields.Kernel), v.MaybeValue(LayerFields.PoolStride), v.Get(LayerFields.PoolPadding))),
            "kernel")
        {
            Also = ["max_pooling", "pool"],
        };
    }
}
