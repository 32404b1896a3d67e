using Sheaf.Contracts.Specs;

namespace Sheaf.Training.Models;

/// <summary>
/// The sums that travel beside the gradient: [loss, weight, a sum for each metric], R² taking three (squared residuals, targets, squared targets).
/// </summary>
internal static class StepScalars
{
    public const int Loss = 0;
    public const int Weight = 1;
    public const int FirstMetric = 2;

    public static int CountOf(ExperimentSpec spec) => FirstMetric + spec.Metrics.Sum(WidthOf);

    public static int WidthOf(MetricKind metric) => metric == MetricKind.RSquared ? 3 : 1;

    /// <summary>A metric's value from its sums and the number of samples.</summary>
    public static double Value(MetricKind metric, ReadOnlySpan<double> sums, double weight)
    {
        if (metric != MetricKind.RSquared)
        {
            return sums[0] / weight;
        }

        var spread = sums[2] - (sums[1] * sums[1] / weight);
        return spread > 0 ? 1 - (sums[0] / spread) : double.NaN;
    }
}
