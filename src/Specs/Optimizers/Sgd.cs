using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.SGD, with dampening 0.</summary>
    public sealed record Sgd(double LearningRate, double Momentum = 0, double WeightDecay = 0, bool Nesterov = false) : OptimizerSpec
    {
        private static readonly SpecField<bool> NesterovField =
            SpecField<bool>.WithDefault("nesterov", new BooleanType(), false, "Looks ahead along the momentum; needs momentum above 0.", "true");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => Momentum > 0 ? 1 : 0;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Sgd>(
            "sgd",
            "Stochastic gradient descent, as torch.optim.SGD.",
            "{sgd: {learning_rate: 0.05, momentum: 0.9}}",
            new Section<Sgd>(
                [OptimizerFields.RequiredRate, OptimizerFields.Momentum, OptimizerFields.WeightDecay, NesterovField],
                v => new(v.Get(OptimizerFields.RequiredRate), v.Get(OptimizerFields.Momentum), v.Get(OptimizerFields.WeightDecay), v.Get(NesterovField)))
            {
                Reserved = ["dampening"],
            });
    }
}
