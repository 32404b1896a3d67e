using Sheaf.Specs;
using Sheaf.Training.Models;

namespace Sheaf.Training.Optimization;

/// <summary>
/// Sums a batch's metrics from its outputs, in the spec's order. Plain loops: outputs are small, and a dozen operators would cost more than the model's last
/// layer.
/// </summary>
internal static class MetricSums
{
    /// <summary>
    /// Adds to <paramref name="sums"/> (see <see cref="StepScalars"/>), and to the classes' correct and all samples where <paramref name="correct"/> is not
    /// empty.
    /// </summary>
    public static void AddClasses(
        IReadOnlyList<MetricKind> metrics, ReadOnlySpan<float> outputs, ReadOnlySpan<long> targets, int width, Span<double> sums, Span<double> correct, Span<double> samples)
    {
        var hits = 0;
        for (var row = 0; row < targets.Length; row++)
        {
            var predicted = ArgMax(outputs.Slice(row * width, width));
            var target = (int)targets[row];
            var hit = predicted == target;
            hits += hit ? 1 : 0;
            if (!correct.IsEmpty)
            {
                samples[target]++;
                correct[target] += hit ? 1 : 0;
            }
        }

        var place = 0;
        foreach (var metric in metrics)
        {
            sums[place] += metric == MetricKind.Accuracy ? hits : double.NaN;
            place += StepScalars.WidthOf(metric);
        }
    }

    /// <param name="width">Targets of a sample, whose errors are averaged.</param>
    public static void AddValues(IReadOnlyList<MetricKind> metrics, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int width, Span<double> sums)
    {
        double squares = 0, absolutes = 0, total = 0, totalSquares = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            double target = targets[i], off = outputs[i] - target;
            squares += off * off;
            absolutes += Math.Abs(off);
            total += target;
            totalSquares += target * target;
        }

        var place = 0;
        foreach (var metric in metrics)
        {
            sums[place] += metric switch
            {
                MetricKind.MeanSquaredError or MetricKind.RSquared => squares / width,
                MetricKind.MeanAbsoluteError => absolutes / width,
                _ => double.NaN,
            };
            if (metric == MetricKind.RSquared)
            {
                sums[place + 1] += total;
                sums[place + 2] += totalSquares;
            }

            place += StepScalars.WidthOf(metric);
        }
    }

    /// <summary>The first largest value; -1, no class at all, where a value is not a number: such a row is never a hit.</summary>
    private static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                return -1;
            }

            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
