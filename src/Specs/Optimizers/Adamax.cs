using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.Adamax.</summary>
    public sealed record Adamax(
        double LearningRate = 2e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(OptimizerFields.Size, 2e-3, "0.002");
        private static readonly SpecField<double> Beta2Field =
            SpecField<double>.WithDefault("beta2", OptimizerFields.Share, 0.999, "The decay of the gradient's running largest magnitude.", "0.999");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(OptimizerFields.Size, 1e-8, "0.00000001");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 2;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Adamax>(
            "adamax",
            "Adam with the largest magnitude in place of the mean square, as torch.optim.Adamax.",
            "adamax",
            new Section<Adamax>(
                [RateField, OptimizerFields.Beta1, Beta2Field, EpsilonField, OptimizerFields.TorchWeightDecay],
                v => new(v.Get(RateField), v.Get(OptimizerFields.Beta1), v.Get(Beta2Field), v.Get(EpsilonField), v.Get(OptimizerFields.TorchWeightDecay))));
    }
}
