using Sheaf.Specs.Metrics;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.precision_score, 0 where nothing can be divided by.</summary>
    /// <param name="Average"><c>null</c>: binary for yes or no, else macro.</param>
    public sealed record Precision(Averaging? Average = null) : MetricSpec
    {
        public override string Name => MetricFields.Name("precision", Average);

        public override bool HigherIsBetter => true;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Class or PredictionKind.YesOrNo;

        public override string? Misfit(int classes) => MetricFields.Misfit(Average, classes);

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, Precision>(
            "precision",
            "Of the samples that are predicted to be of a class, the share that is.",
            "precision",
            new Section<Precision>([MetricFields.Average], v => new(v.MaybeValue(MetricFields.Average))),
            "average")
        {
            Also = ["precision_score", "ppv"],
        };
    }
}
