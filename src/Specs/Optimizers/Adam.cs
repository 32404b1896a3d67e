using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record OptimizerSpec
{
    /// <summary>torch.optim.Adam, or torch.optim.AdamW, without amsgrad.</summary>
    /// <param name="Decoupled">Weight decay as in AdamW.</param>
    public sealed record Adam(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0, bool Decoupled = false)
        : OptimizerSpec
    {
        private static readonly SpecField<double> RateField = OptimizerFields.Rate(NumberType.Positive, 1e-3, "0.001");
        private static readonly SpecField<double> EpsilonField = OptimizerFields.Epsilon(NumberType.Positive, 1e-8, "0.00000001");
        private static readonly SpecField<double> DecoupledDecay = SpecField<double>.WithDefault(
            "weight_decay", NumberType.NotNegative, 0.01, "This times the learning rate times the weights is taken off the weights.", "0.01");

        public override double LearningRate { get; init; } = LearningRate;

        public override double WeightDecay { get; init; } = WeightDecay;

        public override int StatesPerWeight => 2;

        internal static Alternative<OptimizerSpec> InSpec { get; } = new Alternative<OptimizerSpec, Adam>(
            "adam", "As torch.optim.Adam.", "adam", Settings(OptimizerFields.WeightDecay, decoupled: false), makes: a => !a.Decoupled);

        internal static Alternative<OptimizerSpec> DecoupledInSpec { get; } = new Alternative<OptimizerSpec, Adam>(
            "adamw", "Adam with decoupled weight decay, as torch.optim.AdamW.", "{adamw: {weight_decay: 0.05}}", Settings(DecoupledDecay, decoupled: true),
            makes: a => a.Decoupled);

        private static Section<Adam> Settings(SpecField<double> decay, bool decoupled) => new(
            [RateField, OptimizerFields.Beta1, OptimizerFields.Beta2, EpsilonField, decay],
            v => new(v.Get(RateField), v.Get(OptimizerFields.Beta1), v.Get(OptimizerFields.Beta2), v.Get(EpsilonField), v.Get(decay), decoupled))
        {
            Reserved = ["amsgrad"],
        };
    }
}
