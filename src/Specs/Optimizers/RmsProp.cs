using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.RMSprop.</summary>
    /// <param name="Alpha">The decay of the running mean of squares.</param>
    /// <param name="Centered">The mean gradient's square is taken off the mean square.</param>
    public sealed record RmsProp(
        double LearningRate = 1e-2,
        double Alpha = 0.99,
        double Epsilon = 1e-8,
        double WeightDecay = 0,
        double Momentum = 0,
        bool Centered = false) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(OptimizerFields.Size, 1e-2, "0.001");
        private static readonly SpecField<double> AlphaField =
            SpecField<double>.WithDefault("alpha", OptimizerFields.Share, 0.99, "The decay of the squared gradient's running mean.", "0.9");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(OptimizerFields.Size, 1e-8, "0.00000001");
        private static readonly SpecField<bool> CenteredField =
            SpecField<bool>.WithDefault(
                "centered", new BooleanType(), false, "Divides by the root of the gradient's variance instead of its mean square.", "true");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 3;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, RmsProp>(
            "rmsprop",
            "Divides by the root of the squared gradient's running mean, as torch.optim.RMSprop.",
            "{rmsprop: {learning_rate: 0.001}}",
            new Section<RmsProp>(
                [RateField, AlphaField, EpsilonField, OptimizerFields.TorchWeightDecay, OptimizerFields.Momentum, CenteredField],
                v => new(
                    v.Get(RateField),
                    v.Get(AlphaField),
                    v.Get(EpsilonField),
                    v.Get(OptimizerFields.TorchWeightDecay),
                    v.Get(OptimizerFields.Momentum),
                    v.Get(CenteredField))));
    }
}
