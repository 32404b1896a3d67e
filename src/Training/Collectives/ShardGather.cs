namespace Sheaf.Training.Collectives;

/// <summary>
/// An all-gather of one short vector of doubles a shard. Between silos it travels through the same sum as the gradient: every shard has places of its own, the others add zeros,
/// and a double is the exact sum of three floats (its magnitude must lie within what a float can hold; smaller remainders than 2^-149 are lost).
/// </summary>
internal sealed class ShardGather(int shards, ReductionPlan plan, WorkerBarrier barrier, IExchange? exchange)
{
    private const int Pieces = 3;
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
                Split(_all[i], part.AsSpan(i * Pieces, Pieces));
            }

            parts[root] = new(range, part);
        }

        var total = new float[length];
        run(parts, total);
        for (var i = 0; i < _all.Length; i++)
        {
            _all[i] = Join(total.AsSpan(i * Pieces, Pieces));
        }
    }

    private static void Split(double value, Span<float> pieces)
    {
        pieces.Clear();
        for (var i = 0; i < Pieces; i++)
        {
            pieces[i] = (float)value;
            if (!float.IsFinite(pieces[i]))
            {
                return;
            }

            value -= pieces[i];
        }
    }

    private static double Join(ReadOnlySpan<float> pieces)
    {
        var value = 0.0;
        for (var i = Pieces - 1; i >= 0; i--)
        {
            value += pieces[i];
        }

        return value;
    }
}
