using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.NAdam.</summary>
    /// <param name="MomentumDecay">How quickly the momentum grows to beta1.</param>
    public sealed record Nadam(
        double LearningRate = 2e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0,
        double MomentumDecay = 4e-3) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(OptimizerFields.Size, 2e-3, "0.002");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(OptimizerFields.Size, 1e-8, "0.00000001");
        private static readonly SpecField<double> MomentumDecayField =
            SpecField<double>.WithDefault(
                "momentum_decay", OptimizerFields.SizeOrZero, 4e-3, "How quickly the momentum grows from half of beta1 to beta1.", "0.004");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 2;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Nadam>(
            "nadam",
            "Adam with Nesterov's momentum, as torch.optim.NAdam.",
            "nadam",
            new Section<Nadam>(
                [RateField, OptimizerFields.Beta1, OptimizerFields.Beta2, EpsilonField, OptimizerFields.TorchWeightDecay, MomentumDecayField],
                v => new(
                    v.Get(RateField), v.Get(OptimizerFields.Beta1), v.Get(OptimizerFields.Beta2), v.Get(EpsilonField), v.Get(OptimizerFields.TorchWeightDecay),
                    v.Get(MomentumDecayField))));
    }
}
