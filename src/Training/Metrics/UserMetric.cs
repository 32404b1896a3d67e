using Sheaf.Sdk;

namespace Sheaf.Training.Metrics;

/// <summary>A metric of the user's own.</summary>
internal sealed class UserMetric(IMetric metric, int width) : Metric
{
    public override long Width => width;

    public override void Add(in Predictions batch, Span<double> sums) => metric.Add(
        new()
        {
            Samples = batch.Samples,
            OutputsPerSample = batch.Outputs.Length / Math.Max(1, batch.Samples),
            Outputs = batch.Outputs,
            Targets = batch.TargetNumbers,
            TargetIntegers = batch.TargetIntegers,
        },
        sums);

    public override double Value(ReadOnlySpan<double> sums, double samples) => metric.Value(sums, samples);
}
