namespace Sheaf.Training.Metrics;

/// <summary>Correct predictions over all.</summary>
internal sealed class Accuracy(int predictionsOfASample) : Metric
{
    public override long Width => 1;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var i = 0; i < batch.Predicted.Length; i++)
        {
            sums[0] += batch.Predicted[i] == batch.Actual[i] ? 1 : 0;
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / (samples * predictionsOfASample);
}
