namespace Sheaf.Training.Metrics;

/// <summary>Samples, or places of them, whose class is among those of the k largest scores; of equal scores the lower class comes first.</summary>
internal sealed class TopKAccuracy(int k, int places) : Metric
{
    public override long Width => 1;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var row = 0; row < batch.Actual.Length; row++)
        {
            var scores = batch.Values.Slice(row * batch.Width, batch.Width);
            var target = batch.Actual[row];
            var before = 0;
            for (var other = 0; other < scores.Length && batch.Predicted[row] >= 0; other++)
            {
                before += scores[other] > scores[target] || (scores[other] == scores[target] && other < target) ? 1 : 0;
            }

            sums[0] += batch.Predicted[row] >= 0 && before < k ? 1 : 0;
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / (samples * places);
}
