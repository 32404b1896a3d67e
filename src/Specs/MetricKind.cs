namespace Sheaf.Specs;

public enum MetricKind
{
    Accuracy,
    MeanSquaredError,
    MeanAbsoluteError,
    RSquared,
}
