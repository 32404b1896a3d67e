using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.CrossEntropyLoss: logits [n, classes] against classes 0..classes-1.</summary>
    public sealed record CrossEntropy(double LabelSmoothing = 0, IReadOnlyList<double>? ClassWeights = null) : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Class;

        public override IReadOnlyList<double>? ClassWeights { get; init; } = ClassWeights;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, CrossEntropy>(
            "cross_entropy",
            "Of the softmax of the outputs, one for each class (classification).",
            "cross_entropy",
            new Section<CrossEntropy>(
                [LossFields.LabelSmoothing, LossFields.ClassWeights], v => new(v.Get(LossFields.LabelSmoothing), v.Maybe(LossFields.ClassWeights))))
        {
            Also = ["ce", "softmax_cross_entropy", "categorical_crossentropy", "sparse_categorical_crossentropy"],
        };
    }
}
