using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.LayerNorm over all values of a sample, with a weight and a bias for each.</summary>
    public sealed record LayerNorm(double Epsilon = 1e-5) : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input) { Parameters = [new("weight", input), new("bias", input)] };

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, LayerNorm>(
            "layer_norm",
            "Normalisation of each sample over all its values.",
            "layer_norm",
            new Section<LayerNorm>([LayerFields.Epsilon], v => new(v.Get(LayerFields.Epsilon))))
        {
            Also = ["ln", "layer_normalization"],
        };
    }
}
