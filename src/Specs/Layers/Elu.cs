using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.ELU.</summary>
    public sealed record Elu(double Alpha = 1) : LayerSpec
    {
        private static readonly SpecField<double> AlphaField = SpecField<double>.WithDefault(
            "alpha", new NumberType(0, 1e20), 1, "Values far below 0 become minus this.", "1");

        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Elu>(
            "elu", "x, or alpha (exp(x) - 1) below 0.", "elu", new Section<Elu>([AlphaField], v => new(v.Get(AlphaField))), "alpha");
    }
}
