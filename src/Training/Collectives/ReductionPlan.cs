using System.Numerics.Tensors;
using Sheaf.Records;

namespace Sheaf.Training.Collectives;

/// <summary>
/// How the parts of one silo's workers become the silo's maximal subtrees, fixed for a generation. Leaves are the workers' parts,
/// numbered worker by worker. Immutable.
/// </summary>
internal sealed class ReductionPlan
{
    private readonly Node[] _roots;

    public ReductionPlan(int shards, IReadOnlyList<ShardRange> workers)
    {
        var leaves = new List<ShardRange>();
        WorkerParts = new Range[workers.Count];
        for (var worker = 0; worker < workers.Count; worker++)
        {
            var first = leaves.Count;
            leaves.AddRange(ReductionTree.MaximalSubtrees(workers[worker], shards));
            WorkerParts[worker] = first..leaves.Count;
        }

        Leaves = [.. leaves];
        var covered = new bool[shards];
        foreach (var range in workers)
        {
            for (var shard = range.First; shard < range.End; shard++)
            {
                if (covered[shard])
                {
                    throw new ArgumentException($"Shard {shard} is leased to two workers; leases are {string.Join(", ", workers)}.");
                }

                covered[shard] = true;
            }
        }

        var roots = new List<Node>();
        Collect(new(0, shards));
        _roots = [.. roots];
        Roots = [.. roots.Select(root => root.Range)];
        Depth = roots.Count == 0 ? 0 : roots.Max(root => root.Depth);
        IsComplete = Roots.Length == 1 && Roots[0].Count == shards;

        void Collect(ShardRange node)
        {
            if (Enumerable.Range(node.First, node.Count).All(shard => covered[shard]))
            {
                roots.Add(Build(node, leaves));
            }
            else if (node.Count > 1)
            {
                var (left, right) = ReductionTree.Children(node);
                Collect(left);
                Collect(right);
            }
        }
    }

    /// <summary>All workers' parts.</summary>
    public ShardRange[] Leaves { get; }

    /// <summary>By worker (its place in the list of leases): its parts in <see cref="Leaves"/>.</summary>
    public Range[] WorkerParts { get; }

    /// <summary>The silo's maximal subtrees.</summary>
    public ShardRange[] Roots { get; }

    /// <summary>Blocks of scratch that <see cref="Evaluate"/> needs.</summary>
    public int Depth { get; }

    /// <summary>The silo holds every shard: its one root is the total.</summary>
    public bool IsComplete { get; }

    /// <summary>The leaf that is this root, or null where it is a sum of several.</summary>
    public int? LeafOf(int root) => _roots[root].Left is null ? _roots[root].Leaf : null;

    /// <summary>Sums one block of one root into <paramref name="sum"/>.</summary>
    public void Evaluate(int root, ReadOnlyMemory<float>[] leaves, int start, Span<float> sum, Span<float> scratch) =>
        Evaluate(_roots[root], leaves, start, sum, scratch);

    private static void Evaluate(Node node, ReadOnlyMemory<float>[] leaves, int start, Span<float> sum, Span<float> scratch)
    {
        if (node.Left is null)
        {
            leaves[node.Leaf].Span.Slice(start, sum.Length).CopyTo(sum);
            return;
        }

        ReadOnlySpan<float> left = sum;
        if (node.Left.Left is null)
        {
            left = leaves[node.Left.Leaf].Span.Slice(start, sum.Length);
        }
        else
        {
            Evaluate(node.Left, leaves, start, sum, scratch);
        }

        if (node.Right!.Left is null)
        {
            TensorPrimitives.Add(left, leaves[node.Right.Leaf].Span.Slice(start, sum.Length), sum);
        }
        else
        {
            var right = scratch[..sum.Length];
            Evaluate(node.Right, leaves, start, right, scratch[sum.Length..]);
            TensorPrimitives.Add(left, right, sum);
        }
    }

    private static Node Build(ShardRange range, List<ShardRange> leaves)
    {
        var leaf = leaves.IndexOf(range);
        if (leaf >= 0)
        {
            return new(range, leaf, null, null, 0);
        }

        var (left, right) = ReductionTree.Children(range);
        Node a = Build(left, leaves), b = Build(right, leaves);
        return new(range, -1, a, b, Math.Max(a.Depth, b.Left is null ? 0 : b.Depth + 1));
    }

    private sealed record Node(ShardRange Range, int Leaf, Node? Left, Node? Right, int Depth);
}
