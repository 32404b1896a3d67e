using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.Adadelta.</summary>
    /// <param name="Rho">The decay of both running means of squares.</param>
    public sealed record Adadelta(double LearningRate = 1, double Rho = 0.9, double Epsilon = 1e-6, double WeightDecay = 0) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(OptimizerFields.Size, 1, "1");
        private static readonly SpecField<double> RhoField = SpecField<double>.WithDefault(
            "rho", OptimizerFields.Share, 0.9, "The decay of the running means of squares.", "0.9");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(OptimizerFields.Size, 1e-6, "0.000001");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 2;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Adadelta>(
            "adadelta",
            "Scales by the root of the last updates over that of the last gradients, as torch.optim.Adadelta.",
            "adadelta",
            new Section<Adadelta>(
                [RateField, RhoField, EpsilonField, OptimizerFields.TorchWeightDecay],
                v => new(v.Get(RateField), v.Get(RhoField), v.Get(EpsilonField), v.Get(OptimizerFields.TorchWeightDecay))));
    }
}
