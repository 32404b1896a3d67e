using Sheaf.Specs;

namespace Sheaf.Training.Metrics;

/// <summary>
/// One metric as sums over samples, in double precision: the sums of shards or slices are added along the reduction tree, so any number of workers gives the
/// same value.
/// </summary>
internal abstract class Metric
{
    /// <param name="outputs">Classes, or targets of a sample.</param>
    /// <param name="places">Classes to predict for a sample.</param>
    public static Metric Of(MetricSpec spec, PredictionKind predictions, int outputs, int places) => spec switch
    {
        MetricSpec.Accuracy => new Accuracy(predictions == PredictionKind.Class ? places : outputs),
        MetricSpec.TopKAccuracy s => new TopKAccuracy(s.K, places),
        MetricSpec.Precision s => new Precision(s.Average, predictions, outputs),
        MetricSpec.Recall s => new Recall(s.Average, predictions, outputs),
        MetricSpec.F1 s => new F1(s.Average, predictions, outputs),
        MetricSpec.MeanSquaredError => new MeanSquaredError(outputs),
        MetricSpec.RootMeanSquaredError => new RootMeanSquaredError(outputs),
        MetricSpec.MeanAbsoluteError => new MeanAbsoluteError(outputs),
        MetricSpec.RSquared => new RSquared(outputs),
        _ => throw new NotSupportedException($"metrics: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <summary>Sums that it needs.</summary>
    public abstract long Width { get; }

    public abstract void Add(in Predictions batch, Span<double> sums);

    /// <param name="sums">Over all samples.</param>
    public abstract double Value(ReadOnlySpan<double> sums, double samples);
}
