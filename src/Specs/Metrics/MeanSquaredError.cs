using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.mean_squared_error.</summary>
    public sealed record MeanSquaredError : MetricSpec
    {
        public override string Name => "mean_squared_error";

        public override bool HigherIsBetter => false;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Number;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, MeanSquaredError>(
            "mean_squared_error", "The mean of squared differences.", "mean_squared_error", new Section<MeanSquaredError>([], _ => new()))
        {
            Also = ["mse", "l2"],
        };
    }
}
