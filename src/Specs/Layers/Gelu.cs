using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.GELU.</summary>
    public sealed record Gelu : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Gelu>(
            "gelu", "x times the normal distribution's share below x.", "gelu", new Section<Gelu>([], _ => new()));
    }
}
