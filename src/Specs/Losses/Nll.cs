using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.NLLLoss: log-probabilities [n, classes] against classes 0..classes-1. Label smoothing as in cross entropy.</summary>
    public sealed record Nll(double LabelSmoothing = 0, IReadOnlyList<double>? ClassWeights = null) : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Class;

        public override IReadOnlyList<double>? ClassWeights { get; init; } = ClassWeights;

        public override IReadOnlyList<string> LastLayers => ["log_softmax"];

        public override string Outputs => "log-probabilities";

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, Nll>(
            "nll",
            "The negative log-likelihood of outputs that are log-probabilities: the model ends with log_softmax (classification).",
            "nll",
            new Section<Nll>(
                [LossFields.LabelSmoothing, LossFields.ClassWeights], v => new(v.Get(LossFields.LabelSmoothing), v.Maybe(LossFields.ClassWeights))))
        {
            Also = ["negative_log_likelihood"],
        };
    }
}
