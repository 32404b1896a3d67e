using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.BCEWithLogitsLoss: logits against targets from 0 to 1.</summary>
    /// <param name="PositiveWeight">How much a target of 1 counts, beside 1 for a target of 0.</param>
    public sealed record BinaryCrossEntropyWithLogits(double PositiveWeight = 1) : LossSpec
    {
        private static readonly SpecField<double> WeightField = SpecField<double>.WithDefault(
            "positive_weight", LossFields.Size, 1, "How much a target of 1 counts, where one of 0 counts 1 (pos_weight).", "3");

        public override PredictionKind Predicts => PredictionKind.YesOrNo;

        public override double SmallestTarget => 0;

        public override double LargestTarget => 1;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, BinaryCrossEntropyWithLogits>(
            "binary_cross_entropy_with_logits",
            "Of the sigmoid of the outputs, computed together (yes or no, targets 0 and 1).",
            "binary_cross_entropy_with_logits",
            new Section<BinaryCrossEntropyWithLogits>([WeightField], v => new(v.Get(WeightField))))
        {
            Also = ["bce_with_logits", "bce_logits", "logistic", "sigmoid_cross_entropy"],
        };
    }
}
