using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Tanh.</summary>
    public sealed record Tanh : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Tanh>(
            "tanh", "Hyperbolic tangent.", "tanh", new Section<Tanh>([], _ => new()))
        {
            Also = ["hyperbolic_tangent"],
        };
    }
}
