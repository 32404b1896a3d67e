using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Ledger;

namespace Sheaf.Training.Models;

/// <summary>
/// The sums of a step or an evaluation: [loss, weight, a sum for each metric], R² taking three (squared residuals, targets, squared targets). Doubles. Beside a
/// gradient each shard's travel bit by bit (<see cref="Put"/>) and are summed where they arrive, so that no figure that is only reported can overflow into the
/// step or lose what a float cannot hold; the weight travels as a float as well, for the buffers that it divides.
/// </summary>
internal static class StepScalars
{
    public const int Loss = 0;
    public const int Weight = 1;
    public const int FirstMetric = 2;

    /// <summary>Floats of the weight.</summary>
    public const int Floats = 1;

    public static int CountOf(ExperimentSpec spec) => FirstMetric + spec.Metrics.Sum(WidthOf);

    public static int WidthOf(MetricKind metric) => metric == MetricKind.RSquared ? 3 : 1;

    /// <summary>The metrics in the spec's order, from their sums.</summary>
    public static double[] Values(ExperimentSpec spec, ReadOnlySpan<double> sums, double weight)
    {
        var values = new double[spec.Metrics.Count];
        for (int i = 0, place = 0; i < values.Length; place += WidthOf(spec.Metrics[i]), i++)
        {
            values[i] = Value(spec.Metrics[i], sums[place..], weight);
        }

        return values;
    }

    /// <summary>Puts one shard's sums into its place; the other shards' places stay as they are.</summary>
    public static void Put(Span<float> slots, int shard, ReadOnlySpan<double> sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            DigestSlots.Put(slots, (shard * sums.Length) + i, BitConverter.DoubleToUInt64Bits(sums[i]));
        }
    }

    /// <summary>The sums over all shards, added up along the tree of the reduction.</summary>
    public static double[] Total(ReadOnlySpan<float> slots, int shards)
    {
        var bits = DigestSlots.Read(slots);
        return ReductionTree.Sum(MemoryMarshal.Cast<ulong, double>(bits.AsSpan()), shards, bits.Length / shards);
    }

    /// <summary>A metric's value from its sums and the number of samples.</summary>
    public static double Value(MetricKind metric, ReadOnlySpan<double> sums, double weight)
    {
        if (metric != MetricKind.RSquared)
        {
            return sums[0] / weight;
        }

        var spread = sums[2] - (sums[1] * sums[1] / weight);
        return spread > 0 ? 1 - (sums[0] / spread) : double.NaN;
    }
}
