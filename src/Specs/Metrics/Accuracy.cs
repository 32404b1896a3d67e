using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.accuracy_score: the share of predictions that are right. With several yes-or-no targets each of them counts.</summary>
    public sealed record Accuracy : MetricSpec
    {
        public override string Name => "accuracy";

        public override bool HigherIsBetter => true;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Class or PredictionKind.YesOrNo;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, Accuracy>(
            "accuracy", "The share of predictions that are right.", "accuracy", new Section<Accuracy>([], _ => new()))
        {
            Also = ["acc", "accuracy_score", "top_1", "categorical_accuracy", "binary_accuracy"],
        };
    }
}
