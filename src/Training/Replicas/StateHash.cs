using System.IO.Hashing;
using System.Runtime.InteropServices;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;

namespace Sheaf.Training.Replicas;

/// <summary>
/// XXH3-64 over a replica's whole state, in a fixed order: all parameters, all float buffers, the counters, the optimizer's number of steps where it counts
/// them, the optimizer's arrays, the average of the weights where one is kept. Parameters and buffers go in as they lie in memory, padding (zeros) included.
/// </summary>
internal static class StateHash
{
    public static ulong Of(FlatModel model, FlatOptimizer optimizer, WeightAverage? average)
    {
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(model.Weights));
        hash.Append(MemoryMarshal.AsBytes(model.Buffers));
        foreach (var counter in model.Counters)
        {
            Append(counter);
        }

        if (optimizer.CountsSteps)
        {
            Append(optimizer.Steps);
        }

        foreach (var (_, values) in optimizer.State)
        {
            hash.Append(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        if (average is not null)
        {
            hash.Append(MemoryMarshal.AsBytes(average.Values));
        }

        return hash.GetCurrentHashAsUInt64();

        void Append(long value) => hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(ref value)));
    }
}
