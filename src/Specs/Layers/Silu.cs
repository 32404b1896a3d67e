using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.SiLU.</summary>
    public sealed record Silu : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Silu>(
            "silu", "x / (1 + exp(-x)).", "silu", new Section<Silu>([], _ => new()))
        {
            Also = ["swish"],
        };
    }
}
