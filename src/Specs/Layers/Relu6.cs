using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.ReLU6.</summary>
    public sealed record Relu6 : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Relu6>(
            "relu6", "min(max(x, 0), 6).", "relu6", new Section<Relu6>([], _ => new()));
    }
}
