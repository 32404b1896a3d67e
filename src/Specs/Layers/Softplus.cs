using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Softplus.</summary>
    public sealed record Softplus(double Beta = 1) : LayerSpec
    {
        private static readonly SpecField<double> BetaField = SpecField<double>.WithDefault(
            "beta", new NumberType(0, 1e20, openMin: true), 1, "The larger, the nearer to relu.", "1");

        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Softplus>(
            "softplus", "ln(1 + exp(beta x)) / beta: always above 0.", "softplus", new Section<Softplus>([BetaField], v => new(v.Get(BetaField))), "beta");
    }
}
