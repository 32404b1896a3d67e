using Sheaf.Records;

namespace Sheaf.Training.Collectives;

/// <summary>
/// The slow, obvious reduction. It stays forever: every faster one must give the same bits. Parts are whole subtrees, in any order;
/// they must cover the shards exactly once.
/// </summary>
public static class ReferenceReduction
{
    /// <summary>Sums one vector a shard, shard 0 first.</summary>
    public static float[] Sum(IReadOnlyList<float[]> shards) =>
        Sum(shards.Select((vector, shard) => new GradientPart(new(shard, 1), vector)).ToList(), shards.Count);

    /// <exception cref="ArgumentException">The parts leave a gap, overlap, are no subtrees of the tree, or differ in length.</exception>
    public static float[] Sum(IReadOnlyList<GradientPart> parts, int shards)
    {
        var used = 0;
        var total = Node(new(0, shards));
        return used == parts.Count
            ? total
            : throw new ArgumentException(
                $"{parts.Count - used} of {parts.Count} parts ({string.Join(", ", parts.Select(p => p.Range))}) overlap another part of the {shards} shards.");

        float[] Node(ShardRange node)
        {
            var whole = parts.Where(p => p.Range == node).ToList();
            if (whole.Count > 0)
            {
                used++;
                return whole[0].Sum.ToArray();
            }

            if (node.Count == 1)
            {
                throw new ArgumentException($"No part covers {node}; the parts are {string.Join(", ", parts.Select(p => p.Range))}.");
            }

            var (left, right) = ReductionTree.Children(node);
            var sum = Node(left);
            var other = Node(right);
            if (sum.Length != other.Length)
            {
                throw new ArgumentException(
                    $"The parts of {left} and {right} have {sum.Length} and {other.Length} values; all parts must have the same length.");
            }

            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += other[i];
            }

            return sum;
        }
    }
}
