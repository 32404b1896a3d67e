using System.Numerics.Tensors;
using Sheaf.Records;
using Sheaf.Training.Collectives;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A worker's sums over the maximal subtrees of its lease. Each subtree is summed as it is computed, so k shards need about log2(k) buffers, not k;
/// the last shard of a pair adds straight into its neighbour's buffer.
/// </summary>
internal sealed class PartialSums : IDisposable
{
    private readonly NativeBuffer[] _sums;
    private readonly List<NativeBuffer> _scratch = [];
    private readonly GradientPart[] _parts;
    private readonly int _length;

    public PartialSums(ShardRange lease, int shards, int length)
    {
        _length = length;
        var subtrees = ReductionTree.MaximalSubtrees(lease, shards);
        _sums = [.. subtrees.Select(_ => new NativeBuffer(length))];
        _parts = [.. subtrees.Select((range, i) => new GradientPart(range, _sums[i].Memory))];
    }

    /// <summary>Computes one shard into a buffer, over what is there or added to it.</summary>
    public delegate void Leaf(int shard, Span<float> sum, bool add);

    public ReadOnlySpan<GradientPart> Parts => _parts;

    public void Compute(Leaf leaf)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            Compute(_parts[i].Range, _sums[i], 0, leaf);
        }
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in _sums.Concat(_scratch))
        {
            buffer.Dispose();
        }
    }

    private void Compute(ShardRange node, NativeBuffer sum, int depth, Leaf leaf)
    {
        if (node.Count == 1)
        {
            leaf(node.First, sum.GetSpan(), add: false);
            return;
        }

        var (left, right) = ReductionTree.Children(node);
        Compute(left, sum, depth, leaf);
        if (right.Count == 1)
        {
            leaf(right.First, sum.GetSpan(), add: true);
            return;
        }

        while (_scratch.Count <= depth)
        {
            _scratch.Add(new NativeBuffer(_length));
        }

        Compute(right, _scratch[depth], depth + 1, leaf);
        TensorPrimitives.Add(sum.GetSpan(), _scratch[depth].GetSpan(), sum.GetSpan());
    }
}
