using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Linear: [n, in] to [n, <paramref name="Out"/>].</summary>
    public sealed record Linear(int Out, bool Bias = true) : LayerSpec
    {
        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Vector;

        public override SampleShape? Makes => SampleShape.Vector;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input is [var columns]
            ? new([Out]) { Parameters = LayerFields.Tensors([Out, columns], Bias, Out), MultiplyAdds = (double)Out * columns }
            : LayerPlan.Misfit(input, 1, LayerFields.NeedsVector);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Linear>(
            "linear",
            "Every output is a weighted sum of all inputs.",
            "{linear: 10}",
            new Section<Linear>([LayerFields.Out, LayerFields.Bias], v => new(v.Get(LayerFields.Out), v.Get(LayerFields.Bias))),
            "out")
        {
            Also = ["dense", "fully_connected", "fc", "affine"],
        };
    }
}
