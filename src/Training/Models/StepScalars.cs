using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Ledger;
using Sheaf.Training.Metrics;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Models;

/// <summary>
/// The sums of a step or an evaluation: [loss, weight, weight of the loss, sums of each metric]. The weight is the number of samples; the sum of the loss is
/// divided by its own weight, which counts targets and class weights. Doubles. Beside a gradient each shard's travel bit by bit (<see cref="Put"/>) and are
/// summed where they arrive, so that no figure that is only reported can overflow into the step or lose what a float cannot hold; the weight travels as a float
/// as well, for the buffers that it divides.
/// </summary>
internal static class StepScalars
{
    public const int Loss = 0;
    public const int Weight = 1;
    public const int LossWeight = 2;
    public const int FirstMetric = 3;

    /// <summary>Floats of the weight.</summary>
    public const int Floats = 1;

    /// <param name="outputs">Of the model, for one sample.</param>
    /// <param name="facts">What the trial of the user's own classes found.</param>
    public static long CountOf(ExperimentSpec spec, int outputs, UserCodeFacts? facts) => FirstMetric + MetricSums.WidthOf(spec, outputs, facts);

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
}
