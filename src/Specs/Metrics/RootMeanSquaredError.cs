using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>sklearn.metrics.mean_squared_error(squared=False): of several targets the mean of their roots.</summary>
    public sealed record RootMeanSquaredError : MetricSpec
    {
        public override string Name => "root_mean_squared_error";

        public override bool HigherIsBetter => false;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Number;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, RootMeanSquaredError>(
            "root_mean_squared_error",
            "The root of the mean of squared differences; of several targets the mean of their roots.",
            "root_mean_squared_error",
            new Section<RootMeanSquaredError>([], _ => new()))
        {
            Also = ["rmse"],
        };
    }
}
