using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.Adagrad.</summary>
    /// <param name="RateDecay">After n steps the learning rate is divided by 1 + n times this.</param>
    /// <param name="InitialSum">Of the squared gradients before the first step.</param>
    public sealed record Adagrad(
        double LearningRate = 1e-2, double RateDecay = 0, double WeightDecay = 0, double InitialSum = 0, double Epsilon = 1e-10) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(OptimizerFields.Size, 1e-2, "0.01");
        private static readonly SpecField<double> RateDecayField = SpecField<double>.WithDefault(
            "learning_rate_decay", OptimizerFields.SizeOrZero, 0,
            "After n steps the learning rate is divided by 1 + n times this, beside what the schedule does.", "0.0001");
        private static readonly SpecField<double> InitialField = SpecField<double>.WithDefault(
            "initial_accumulator_value", OptimizerFields.SizeOrZero, 0, "The sum of squared gradients before the first step.", "0.1");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(OptimizerFields.Size, 1e-10, "0.0000000001");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 1;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Adagrad>(
            "adagrad",
            "Divides by the root of the sum of all squared gradients, as torch.optim.Adagrad.",
            "{adagrad: {learning_rate: 0.05}}",
            new Section<Adagrad>(
                [RateField, RateDecayField, OptimizerFields.TorchWeightDecay, InitialField, EpsilonField],
                v => new(v.Get(RateField), v.Get(RateDecayField), v.Get(OptimizerFields.TorchWeightDecay), v.Get(InitialField), v.Get(EpsilonField))));
    }
}
