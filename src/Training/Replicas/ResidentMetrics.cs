using Sheaf.Contracts.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary><see cref="Optimization.MetricSums"/> on a device with memory of its own: tensors of one double, in the order of the spec's sums.</summary>
internal static class ResidentMetrics
{
    public static IEnumerable<Tensor> Sums(IReadOnlyList<MetricKind> metrics, Tensor output, Tensor targets)
    {
        Tensor? off = null;
        foreach (var metric in metrics)
        {
            switch (metric)
            {
                case MetricKind.Accuracy:
                    yield return output.argmax(1).eq(targets).sum(ScalarType.Float64).reshape(1);
                    break;
                case MetricKind.MeanSquaredError:
                    yield return Sum(Off().square());
                    break;
                case MetricKind.MeanAbsoluteError:
                    yield return Sum(Off().abs());
                    break;
                case MetricKind.RSquared:
                    var wanted = targets.to(ScalarType.Float64);
                    yield return Sum(Off().square());
                    yield return Sum(wanted);
                    yield return Sum(wanted.square());
                    break;
                default:
                    throw new NotSupportedException($"metrics: {metric} cannot be computed on a GPU in this version.");
            }
        }

        Tensor Off() => off ??= output.to(ScalarType.Float64).sub(targets.to(ScalarType.Float64));

        static Tensor Sum(Tensor values) => values.sum().reshape(1);
    }
}
