using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Sigmoid.</summary>
    public sealed record Sigmoid : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Sigmoid>(
            "sigmoid", "1 / (1 + exp(-x)).", "sigmoid", new Section<Sigmoid>([], _ => new()))
        {
            Also = ["logistic"],
        };
    }
}
