using System.Runtime.InteropServices;
using Sheaf.Contracts.Messages;
using Sheaf.Training.Collectives;
using Sheaf.Training.Devices;
using Sheaf.Training.Ledger;
using Sheaf.Training.Models;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A worker's sums over the maximal subtrees of its lease, summed on the device along <see cref="ReductionTree"/>. A worker that is alone has the total with that, and nothing leaves the device;
/// otherwise its parts go to the group, and the total comes back. One for each lease.
/// </summary>
internal sealed class ResidentSums : IDisposable
{
    private readonly IReadOnlyList<ShardRange> _subtrees;
    private readonly NativeBuffer[] _host;
    private readonly GradientPart[] _parts;
    private readonly ulong[] _computed;
    private readonly List<Tensor> _exact = [];
    private readonly int _used;
    private readonly int _length;
    private readonly int _digests;

    /// <param name="used">Floats of a sum that have a meaning; what else a reduction has follows them in what the group is given.</param>
    public ResidentSums(ShardRange lease, int shards, int used, ModelPlan plan, bool alone)
    {
        (_used, _length, _digests) = (used, plan.ReductionLength, plan.Digests);
        _subtrees = ReductionTree.MaximalSubtrees(lease, shards);
        _computed = new ulong[shards];
        _host = alone ? [] : [.. _subtrees.Select(_ => new NativeBuffer(_length))];
        _parts = [.. _host.Select((buffer, i) => new GradientPart(_subtrees[i], buffer.Memory))];
    }

    /// <summary>Queues one shard, and adds its exact sums.</summary>
    public delegate Tensor Leaf(int shard, List<Tensor> exact, out ulong digest);

    /// <summary>Of the shards of <see cref="Compute"/>, by shard.</summary>
    public ulong[] Digests => [.. _computed];

    public ReadOnlySpan<GradientPart> Parts => _parts;

    /// <summary>The sums of the subtrees, and the exact sums of each shard, one after the other, in the current dispose scope.</summary>
    public (Tensor[] Sums, Tensor Exact) Compute(Leaf leaf)
    {
        _exact.Clear();
        Tensor[] sums = [.. _subtrees.Select(subtree => Compute(subtree, leaf))];
        return (sums, cat(_exact));
    }

    /// <summary>Waits for the sums and brings them to <see cref="Parts"/>, with the digests.</summary>
    public void Fetch(Tensor[] sums, Tensor exact)
    {
        using var host = exact.to(CPU);
        var values = MemoryMarshal.Cast<byte, double>(host.bytes);
        var width = values.Length / _subtrees.Sum(subtree => subtree.Count);
        var first = _subtrees[0].First;
        for (var i = 0; i < sums.Length; i++)
        {
            var part = _host[i].GetSpan();
            ComputeDevice.Read(sums[i], part[.._used]);
            part[_used..].Clear();
            for (var shard = _subtrees[i].First; shard < _subtrees[i].End; shard++)
            {
                StepScalars.Put(part[_used..], shard, values.Slice((shard - first) * width, width));
                DigestSlots.Put(part[^_digests..], shard, _computed[shard]);
            }
        }
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in _host)
        {
            buffer.Dispose();
        }
    }

    private Tensor Compute(ShardRange node, Leaf leaf)
    {
        if (node.Count == 1)
        {
            return leaf(node.First, _exact, out _computed[node.First]);
        }

        var (left, right) = ReductionTree.Children(node);
        var sum = Compute(left, leaf);
        using var other = Compute(right, leaf);
        using var noGrad = no_grad();
        sum.add_(other);
        return sum;
    }
}
