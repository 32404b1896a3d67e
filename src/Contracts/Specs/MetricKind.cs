namespace Sheaf.Contracts.Specs;

public enum MetricKind
{
    Accuracy,
    MeanSquaredError,
    MeanAbsoluteError,
    RSquared,
}
