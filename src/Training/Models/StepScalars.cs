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

    /// <summary>The metrics in the spec's order, from their sums.</summary>
    public static double[] Values(ExperimentSpec spec, ReadOnlySpan<double> sums, double weight)
    {
        var values = new double[spec.Metrics.Count];
        for (int i = 0, place = 0; i < values.Length; place += WidthOf(spec.Metrics[i]), i++)
        {
            values[i] = Value(spec.Metrics[i], sums[place..], weight);
        }

        return values;
    }

    public static double[] Values(ExperimentSpec spec, ReadOnlySpan<float> sums, double weight)
    {
        Span<double> wide = stackalloc double[sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            wide[i] = sums[i];
        }

        return Values(spec, (ReadOnlySpan<double>)wide, weight);
    }

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
