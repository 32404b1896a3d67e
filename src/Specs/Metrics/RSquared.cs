using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>
    /// sklearn.metrics.r2_score: the coefficient of determination; of several targets the mean of theirs. Not a number where the targets do not vary.
    /// </summary>
    public sealed record RSquared : MetricSpec
    {
        public override string Name => "r_squared";

        public override bool HigherIsBetter => true;

        public override bool Judges(PredictionKind predictions) => predictions is PredictionKind.Number;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, RSquared>(
            "r_squared",
            "The share of the targets' variance that the predictions explain; of several targets the mean of theirs.",
            "r_squared",
            new Section<RSquared>([], _ => new()))
        {
            Also = ["r2", "r2_score"],
        };
    }
}
