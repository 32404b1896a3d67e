using Sheaf.Specs;

namespace Sheaf.Training.Metrics;

/// <summary>Right predictions of a class over all samples of it.</summary>
internal sealed class Recall(Averaging? average, PredictionKind predictions, int outputs) : ClassCounts(average, predictions, outputs)
{
    protected override double Of(double hits, double predicted, double actual) => Share(hits, actual);
}
