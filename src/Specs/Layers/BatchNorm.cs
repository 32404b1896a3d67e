using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.BatchNorm2d, or BatchNorm1d: over channels (images) or columns (vectors).</summary>
    public sealed record BatchNorm(double Epsilon = 1e-5, double Momentum = 0.1) : LayerSpec
    {
        private static readonly SpecField<double> MomentumField = SpecField<double>.WithDefault(
            "momentum", new NumberType(0, 1, openMin: true), 0.1, "The weight of a new batch in the running mean and variance.", "0.1");

        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input)
        {
            Parameters = LayerFields.Tensors([input[0]], bias: true, input[0]),
            Buffers = [new("running_mean", [input[0]]), new("running_var", [input[0]])],
            SingleValueNorms = input.Skip(1).All(size => size == 1) ? ["batch_norm"] : [],
        };

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, BatchNorm>(
            "batch_norm",
            "Batch normalisation over channels (images) or columns (vectors).",
            "batch_norm",
            new Section<BatchNorm>([LayerFields.Epsilon, MomentumField], v => new(v.Get(LayerFields.Epsilon), v.Get(MomentumField))))
        {
            Also = ["bn", "batch_norm1d", "batch_normalization"],
        };
    }
}
