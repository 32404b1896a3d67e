using Sheaf.Records;

namespace Sheaf.Training.Collectives;

/// <summary>
/// The one binary tree along which everything of an experiment is summed: leaves are the shards 0..S-1, and the left child of a node of n leaves
/// holds the largest power of two below n. It depends on S alone, so the order of every floating-point addition is the same for any number of workers.
/// </summary>
public static class ReductionTree
{
    /// <summary>Leaves of the left child of a node of <paramref name="leaves"/> leaves (2 or more).</summary>
    public static int LeftLeaves(int leaves)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 2);
        return (int)(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)leaves) / 2);
    }

    /// <summary>The two children of a node of 2 or more leaves.</summary>
    public static (ShardRange Left, ShardRange Right) Children(ShardRange node)
    {
        var left = LeftLeaves(node.Count);
        return (new(node.First, left), new(node.First + left, node.Count - left));
    }

    /// <summary>
    /// The largest whole subtrees that <paramref name="range"/> covers, from left to right: what a worker sums by itself. Empty for an empty range.
    /// </summary>
    public static IReadOnlyList<ShardRange> MaximalSubtrees(ShardRange range, int shards)
    {
        if (range.First < 0 || range.Count < 0 || range.End > shards)
        {
            throw new ArgumentOutOfRangeException(nameof(range), $"{range} is not within the {shards} shards of the experiment.");
        }

        var found = new List<ShardRange>();
        Collect(new(0, shards));
        return found;

        void Collect(ShardRange node)
        {
            if (node.First >= range.End || node.End <= range.First || node.Count == 0)
            {
                return;
            }

            if (node.First >= range.First && node.End <= range.End)
            {
                found.Add(node);
                return;
            }

            var (left, right) = Children(node);
            Collect(left);
            Collect(right);
        }
    }

    /// <summary>Sums <paramref name="shards"/> vectors of <paramref name="width"/> doubles, one a shard, along the tree.</summary>
    public static double[] Sum(ReadOnlySpan<double> vectors, int shards, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Length, shards * width);
        return SumNode(vectors, new(0, shards), width);
    }

    private static double[] SumNode(ReadOnlySpan<double> vectors, ShardRange node, int width)
    {
        if (node.Count == 1)
        {
            return vectors.Slice(node.First * width, width).ToArray();
        }

        var (left, right) = Children(node);
        var sum = SumNode(vectors, left, width);
        var other = SumNode(vectors, right, width);
        for (var i = 0; i < width; i++)
        {
            sum[i] += other[i];
        }

        return sum;
    }
}
