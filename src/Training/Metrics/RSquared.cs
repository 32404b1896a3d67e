namespace Sheaf.Training.Metrics;

/// <summary>1 - squared residuals over squared deviations of the targets, of each target; the mean of these.</summary>
internal sealed class RSquared(int targets) : Metric
{
    /// <summary>Squared residuals, targets, squared targets.</summary>
    private const int Sums = 3;

    public override long Width => (long)Sums * targets;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var i = 0; i < batch.Targets.Length; i++)
        {
            double target = batch.Targets[i], off = batch.Values[i] - target;
            var place = sums.Slice(i % targets * Sums, Sums);
            place[0] += off * off;
            place[1] += target;
            place[2] += target * target;
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples)
    {
        var sum = 0.0;
        for (var target = 0; target < targets; target++)
        {
            var place = sums.Slice(target * Sums, Sums);
            var spread = place[2] - (place[1] * place[1] / samples);
            sum += spread > 0 ? 1 - (place[0] / spread) : double.NaN;
        }

        return sum / targets;
    }
}
