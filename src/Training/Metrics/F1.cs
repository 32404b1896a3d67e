using Sheaf.Specs;

namespace Sheaf.Training.Metrics;

/// <summary>The harmonic mean of precision and recall.</summary>
internal sealed class F1(Averaging? average, PredictionKind predictions, int outputs) : ClassCounts(average, predictions, outputs)
{
    protected override double Of(double hits, double predicted, double actual) => Share(2 * hits, predicted + actual);
}
