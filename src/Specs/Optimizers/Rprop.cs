using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.Rprop. For whole batches: it looks only at the gradient's sign.</summary>
    /// <param name="LearningRate">Every weight's first step; from then on it has no say.</param>
    /// <param name="Shrink">A weight's step is multiplied by it when its gradient's sign changes.</param>
    /// <param name="Grow">The same when the sign stays.</param>
    public sealed record Rprop(
        double LearningRate = 1e-2, double Shrink = 0.5, double Grow = 1.2, double SmallestStep = 1e-6, double LargestStep = 50) : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = SpecField<double>.WithDefault(
            "learning_rate", OptimizerFields.Size, 1e-2,
            "The size of every weight's first step; each weight finds its own from there, so the schedule must be constant.", "0.01");
        private static readonly SpecField<double> ShrinkField = SpecField<double>.WithDefault(
            "eta_minus", new NumberType(0, 1, openMin: true, openMax: true), 0.5, "A weight's step is multiplied by this when its gradient changes its sign.",
            "0.5");
        private static readonly SpecField<double> GrowField = SpecField<double>.WithDefault(
            "eta_plus", new NumberType(1, 1e20, openMin: true), 1.2, "A weight's step is multiplied by this when its gradient keeps its sign.", "1.2");
        private static readonly SpecField<double> SmallestField = SpecField<double>.WithDefault(
            "min_step", OptimizerFields.Size, 1e-6, "No weight's step is smaller.", "0.000001");
        private static readonly SpecField<double> LargestField = SpecField<double>.WithDefault(
            "max_step", OptimizerFields.Size, 50, "No weight's step is larger.", "50");

        public override double LearningRate { get; init; } = LearningRate;

        public override int StatesPerWeight => 2;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Rprop>(
            "rprop",
            "Follows the gradient's sign with a step of its own for every weight, as torch.optim.Rprop; for whole batches.",
            "rprop",
            new Section<Rprop>(
                [RateField, ShrinkField, GrowField, SmallestField, LargestField],
                v => new(v.Get(RateField), v.Get(ShrinkField), v.Get(GrowField), v.Get(SmallestField), v.Get(LargestField))));
    }
}
