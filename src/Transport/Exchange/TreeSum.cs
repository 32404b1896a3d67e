using System.Numerics.Tensors;
using Sheaf.Records;
using Sheaf.Training.Collectives;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// The additions that finish <see cref="ReductionTree"/> from given subtrees, as a list: made once a generation, run for every chunk. Not thread-safe: it has
/// its own scratch memory.
/// </summary>
internal sealed unsafe class TreeSum : IDisposable
{
    /// <summary>16 KiB: operands, result and scratch of a block stay in a first-level cache.</summary>
    private const int BlockFloats = 4096;

    private const int Total = -1;
    private readonly List<(int Left, int Right, int Target)> _steps = [];
    private readonly NativeBuffer _scratch;
    private readonly float*[] _scratches;

    /// <exception cref="ArgumentException">The leaves do not cover the shards exactly once, or are no subtrees.</exception>
    public TreeSum(int shards, IReadOnlyList<ShardRange> leaves)
    {
        var used = 0;
        var depth = 0;
        Single = Build(new(0, shards), Total, 0) is var whole and >= 0 ? whole : null;
        if (used != leaves.Count)
        {
            throw new ArgumentException($"{leaves.Count - used} of the parts {string.Join(", ", leaves)} overlap another one of the {shards} shards.");
        }

        _scratch = new(depth * BlockFloats);
        _scratches = new float*[depth];
        var start = (float*)_scratch.Pin().Pointer;
        for (var i = 0; i < depth; i++)
        {
            _scratches[i] = start + (i * BlockFloats);
        }

        // Returns the operand that holds the node: a leaf, or the target into which its children are added.
        int Build(ShardRange node, int target, int level)
        {
            for (var leaf = 0; leaf < leaves.Count; leaf++)
            {
                if (leaves[leaf] == node)
                {
                    used++;
                    return leaf;
                }
            }

            if (node.Count == 1)
            {
                throw new ArgumentException($"No part covers {node}; the parts are {string.Join(", ", leaves)}.");
            }

            var (left, right) = ReductionTree.Children(node);
            var first = Build(left, target, level);
            var second = Build(right, -2 - level, level + 1);
            if (second < 0)
            {
                depth = Math.Max(depth, level + 1);
            }

            _steps.Add((first, second, target));
            return target;
        }
    }

    /// <summary>The leaf that is the whole tree, where there is one.</summary>
    private int? Single { get; }

    /// <summary>Sums <paramref name="count"/> floats of every leaf into <paramref name="total"/>, which may be none of them.</summary>
    public void Run(ReadOnlySpan<nint> leaves, float* total, int count)
    {
        if (Single is { } leaf)
        {
            new ReadOnlySpan<float>((float*)leaves[leaf], count).CopyTo(new(total, count));
            return;
        }

        for (var start = 0; start < count; start += BlockFloats)
        {
            var block = Math.Min(BlockFloats, count - start);
            foreach (var (left, right, target) in _steps)
            {
                TensorPrimitives.Add(
                    Operand(left, leaves, total, start, block), Operand(right, leaves, total, start, block), Target(target, total, start, block));
            }
        }
    }

    public void Dispose() => ((IDisposable)_scratch).Dispose();

    private ReadOnlySpan<float> Operand(int operand, ReadOnlySpan<nint> leaves, float* total, int start, int count) =>
        operand >= 0 ? new((float*)leaves[operand] + start, count) : Target(operand, total, start, count);

    private Span<float> Target(int target, float* total, int start, int count) =>
        target == Total ? new(total + start, count) : new(_scratches[-2 - target], count);
}
