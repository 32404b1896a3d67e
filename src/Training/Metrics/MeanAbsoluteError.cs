namespace Sheaf.Training.Metrics;

/// <summary>The mean of absolute differences.</summary>
internal sealed class MeanAbsoluteError(int targets) : Metric
{
    public override long Width => 1;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var i = 0; i < batch.Targets.Length; i++)
        {
            sums[0] += Math.Abs(batch.Values[i] - (double)batch.Targets[i]);
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / (samples * targets);
}
