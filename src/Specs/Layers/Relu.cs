using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.ReLU.</summary>
    public sealed record Relu : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Relu>(
            "relu", "max(x, 0).", "relu", new Section<Relu>([], _ => new()));
    }
}
