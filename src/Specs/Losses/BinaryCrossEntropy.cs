using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.BCELoss: probabilities against targets from 0 to 1.</summary>
    public sealed record BinaryCrossEntropy : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.YesOrNo;

        public override IReadOnlyList<string> LastLayers => ["sigmoid", "softmax"];

        public override string Outputs => "probabilities";

        public override double SmallestTarget => 0;

        public override double LargestTarget => 1;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, BinaryCrossEntropy>(
            "binary_cross_entropy",
            "Of outputs that are probabilities: the model ends with sigmoid (yes or no, targets 0 and 1).",
            "binary_cross_entropy",
            new Section<BinaryCrossEntropy>([], _ => new()))
        {
            Also = ["bce", "binary_crossentropy", "log_loss"],
        };
    }
}
