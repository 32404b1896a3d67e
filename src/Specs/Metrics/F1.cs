using Sheaf.Specs.Metrics;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.f1_score, 0 where nothing can be divided by.</summary>
    /// <param name="Average"><c>null</c>: binary for yes or no, else macro.</param>
    public sealed record F1(Averaging? Average = null) : MetricSpec
    {
        public override string Name => MetricFields.Name("f1", Average);

        public override bool HigherIsBetter => true;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Class or PredictionKind.YesOrNo;

        public override string? Misfit(int classes) => MetricFields.Misfit(Average, classes);

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, F1>(
            "f1",
            "The harmonic mean of precision and recall.",
            "f1",
            new Section<F1>([MetricFields.Average], v => new(v.MaybeValue(MetricFields.Average))),
            "average")
        {
            Also = ["f1_score", "f_score", "f_measure"],
        };
    }
}
