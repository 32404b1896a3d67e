namespace Sheaf.Training.Metrics;

/// <summary>The root of each target's mean square; the mean of these.</summary>
internal sealed class RootMeanSquaredError(int targets) : SquaredErrors(targets)
{
    protected override double Of(double mean) => Math.Sqrt(mean);
}
