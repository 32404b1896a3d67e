using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.top_k_accuracy_score: how often the right class is among those of the K largest scores.</summary>
    public sealed record TopKAccuracy(int K = 5) : MetricSpec
    {
        private static readonly SpecField<int> KField = SpecField<int>.WithDefault(
            "k", new CountType(2, 1 << 20), 5, "The right class must be among so many of the largest scores; fewer than there are classes.", "5");

        public override string Name => $"top_{K}_accuracy";

        public override bool HigherIsBetter => true;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Class;

        public override string? Misfit(int classes) => K < classes ? null
            : $"is 1 whatever the model predicts, as there are {classes} classes; choose a k of at most {classes - 1}.";

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, TopKAccuracy>(
            "top_k_accuracy",
            "The share of samples whose class is among those of the k largest scores.",
            "{top_k_accuracy: 5}",
            new Section<TopKAccuracy>([KField], v => new(v.Get(KField))),
            "k")
        {
            Also = ["top_k", "topk", "top_5", "top_3", "top_5_accuracy", "top_3_accuracy", "top_k_categorical_accuracy"],
        };
    }
}
