using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Linear: [n, in] to [n, <paramref name="Out"/>], and [n, length, in] to [n, length, out].</summary>
    public sealed record Linear(int Out, bool Bias = true) : LayerSpec
    {
        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Vector;

        public override bool WorksByPlace => true;

        public override SampleShape? Makes => SampleShape.Vector;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input is [.., var columns] && input.Count <= 2
            ? new([.. input.SkipLast(1), Out])
            {
                Parameters = LayerFields.Tensors([Out, columns], Bias, Out),
                MultiplyAdds = input.SkipLast(1).Aggregate((double)Out * columns, (product, size) => product * size),
            }
            : LayerPlan.Misfit(input, 1, LayerFields.NeedsVector);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Linear>(
            "linear",
            "Every output is a weighted sum of all inputs; of a sequence [length, width], at each of its places.",
            "{linear: 10}",
            new Section<Linear>([LayerFields.Out, LayerFields.Bias], v => new(v.Get(LayerFields.Out), v.Get(LayerFields.Bias))),
            "out")
        {
            Also = ["dense", "fully_connected", "fc", "affine"],
        };
    }
}
