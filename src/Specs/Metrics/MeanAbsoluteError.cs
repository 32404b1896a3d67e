using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.mean_absolute_error.</summary>
    public sealed record MeanAbsoluteError : MetricSpec
    {
        public override string Name => "mean_absolute_error";

        public override bool HigherIsBetter => false;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Number;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, MeanAbsoluteError>(
            "mean_absolute_error", "The mean of absolute differences.", "mean_absolute_error", new Section<MeanAbsoluteError>([], _ => new()))
        {
            Also = ["mae", "l1"],
        };
    }
}
