namespace Sheaf.Training.Metrics;

/// <summary>The mean of squared differences.</summary>
internal sealed class MeanSquaredError(int targets) : SquaredErrors(targets)
{
    protected override double Of(double mean) => mean;
}
