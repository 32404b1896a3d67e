using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.LeakyReLU.</summary>
    public sealed record LeakyRelu(double NegativeSlope = 0.01) : LayerSpec
    {
        private static readonly SpecField<double> NegativeSlopeField = SpecField<double>.WithDefault(
            "negative_slope", new NumberType(0, 1e20), 0.01, "What values below 0 are multiplied by.", "0.2");

        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, LeakyRelu>(
            "leaky_relu",
            "x, or x times a small slope below 0.",
            "leaky_relu",
            new Section<LeakyRelu>([NegativeSlopeField], v => new(v.Get(NegativeSlopeField))),
            "negative_slope")
        {
            Also = ["lrelu"],
        };
    }
}
