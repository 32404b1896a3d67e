namespace Sheaf.Training.Metrics;

/// <summary>A metric that is made of the sum of squared differences of each target.</summary>
internal abstract class SquaredErrors(int targets) : Metric
{
    public override long Width => targets;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var i = 0; i < batch.Targets.Length; i++)
        {
            var off = batch.Values[i] - (double)batch.Targets[i];
            sums[i % targets] += off * off;
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples)
    {
        var sum = 0.0;
        for (var target = 0; target < targets; target++)
        {
            sum += Of(sums[target] / samples);
        }

        return sum / targets;
    }

    /// <param name="mean">The mean square of one target.</param>
    protected abstract double Of(double mean);
}
