using System.Runtime.InteropServices;
using Sheaf.Training.Ledger;

namespace Sheaf.Training.Collectives;

/// <summary>
/// An all-gather of one short vector of doubles a shard. Between silos it travels through the same sum as the gradient: every shard has places of its own, the
/// others add zeros, and a double goes as the whole numbers of its bits (<see cref="DigestSlots"/>): any double, to the bit.
/// </summary>
internal sealed class ShardGather(int shards, ReductionPlan plan, WorkerBarrier barrier, IExchange? exchange)
{
    private const int Pieces = DigestSlots.Width;
    private readonly Lock _growing = new();
    private double[] _all = [];

    public delegate void Exchanging(IReadOnlyList<GradientPart> parts, Span<float> total);

    public double[] Run(int place, ReadOnlySpan<double> mine, int width, Exchanging run)
    {
        barrier.ThrowIfAborted();
        var (firstPart, parts) = plan.WorkerParts[place].GetOffsetAndLength(plan.Leaves.Length);
        var leased = plan.Leaves.AsSpan(firstPart, parts);
        var firstShard = leased.IsEmpty ? 0 : leased[0].First;
        var count = leased.IsEmpty ? 0 : leased[^1].End - firstShard;
        ArgumentOutOfRangeException.ThrowIfNotEqual(mine.Length, count * width, nameof(mine));

        // Two barriers guard the shared array: nobody writes before all have read the last gather, nobody reads before all have written.
        barrier.Wait();
        lock (_growing)
        {
            if (_all.Length != shards * width)
            {
                _all = new double[shards * width];
            }
        }

        mine.CopyTo(_all.AsSpan(firstShard * width));
        barrier.Wait();
        if (exchange is not null)
        {
            if (place == 0)
            {
                Cross(width, run);
            }

            barrier.Wait();
        }

        return [.. _all];
    }

    private void Cross(int width, Exchanging run)
    {
        var length = _all.Length * Pieces;
        var parts = new GradientPart[plan.Roots.Length];
        for (var root = 0; root < parts.Length; root++)
        {
            var part = new float[length];
            var range = plan.Roots[root];
            for (var i = range.First * width; i < range.End * width; i++)
            {
                DigestSlots.Put(part, i, BitConverter.DoubleToUInt64Bits(_all[i]));
            }

            parts[root] = new(range, part);
        }

        var total = new float[length];
        run(parts, total);
        DigestSlots.Read(total).CopyTo(MemoryMarshal.Cast<double, ulong>(_all.AsSpan()));
    }
}
