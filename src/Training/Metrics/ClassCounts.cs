using Sheaf.Specs;

namespace Sheaf.Training.Metrics;

/// <summary>A metric of each class, from how often it was predicted rightly, predicted, and right; averaged as scikit-learn does.</summary>
internal abstract class ClassCounts(Averaging? average, PredictionKind predictions, int outputs) : Metric
{
    private readonly Averaging _average = average ?? (predictions == PredictionKind.YesOrNo ? Averaging.Binary : Averaging.Macro);
    private readonly int _classes = predictions == PredictionKind.YesOrNo ? 2 : outputs;

    /// <summary>Hits, then predictions, then targets, of each class.</summary>
    public override long Width => 3L * _classes;

    public override void Add(in Predictions batch, Span<double> sums)
    {
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            var (predicted, actual) = (batch.Predicted[i], batch.Actual[i]);
            sums[(2 * _classes) + actual]++;
            if (predicted >= 0)
            {
                sums[_classes + predicted]++;
                sums[predicted] += predicted == actual ? 1 : 0;
            }
        }
    }

    public override double Value(ReadOnlySpan<double> sums, double samples)
    {
        if (_average == Averaging.Binary)
        {
            return Of(sums[1], sums[_classes + 1], sums[(2 * _classes) + 1]);
        }

        double sum = 0, weights = 0;
        for (var each = 0; each < _classes; each++)
        {
            var (hits, predicted, actual) = (sums[each], sums[_classes + each], sums[(2 * _classes) + each]);
            var weight = _average == Averaging.Weighted ? actual : predicted + actual > 0 ? 1 : 0;
            sum += weight * Of(hits, predicted, actual);
            weights += weight;
        }

        return sum / weights;
    }

    protected abstract double Of(double hits, double predicted, double actual);

    /// <summary>0 where nothing can be divided by.</summary>
    protected static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
