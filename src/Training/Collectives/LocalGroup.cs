using System.Numerics.Tensors;
using Sheaf.Records;
using Sheaf.Training.Ledger;

namespace Sheaf.Training.Collectives;

/// <summary>
/// The device threads of one silo in one generation: their reduction in memory and their barrier. Each thread sums its share of the chunks of all parts,
/// along <see cref="ReductionTree"/>, hashes it while it is in the cache, and then reads the shared total. A worker that holds every shard alone copies nothing
/// and waits for nobody. Every worker must carry out the same collectives in the same order. One thread for each worker; <see cref="Abort"/> from any thread.
/// </summary>
public sealed class LocalGroup : IDisposable
{
    private readonly Dictionary<int, int> _places;
    private readonly ReductionPlan _plan;
    private readonly WorkerBarrier _barrier;
    private readonly IExchange? _exchange;
    private readonly CancellationTokenSource _ended = new();
    private readonly int _shards;
    private readonly int _length;
    private readonly long _generation;
    private readonly int _chunks;
    private readonly ReadOnlyMemory<float>[] _parts;
    private readonly ulong[] _hashes;
    private readonly float[] _largest;
    private readonly float[][] _scratch;
    private readonly NativeBuffer? _total;
    private readonly NativeBuffer?[] _roots;
    private readonly ShardGather _gather;
    private readonly bool _hashing;
    private readonly GradientPart[] _given;
    private long _sequence;

    /// <param name="localLeases">The leases of this silo's workers; with <paramref name="exchange"/> null they must cover all shards.</param>
    /// <param name="length">Floats of a part: <c>ModelPlan.ReductionLength</c>.</param>
    /// <param name="hashing">False leaves the gradients' hashes 0: for measuring what they cost, not for runs.</param>
    public LocalGroup(int shards, IReadOnlyList<Lease> localLeases, int length, IExchange? exchange = null, long generation = 0, bool hashing = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(localLeases.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _plan = new ReductionPlan(shards, [.. localLeases.Select(lease => lease.Shards)]);
        if (exchange is null && !_plan.IsComplete)
        {
            throw new ArgumentException(
                $"The leases {string.Join(", ", localLeases.Select(l => $"worker {l.Worker}: {l.Shards}"))} do not cover all {shards} shards; "
                    + "the rest needs an exchange with other silos.");
        }

        _places = localLeases.Select((lease, place) => (lease.Worker, place)).ToDictionary(p => p.Worker, p => p.place);
        (_shards, _length, _generation, _exchange, _hashing) = (shards, length, generation, exchange, hashing);
        _barrier = new WorkerBarrier(localLeases.Count);
        _chunks = GradientHash.Chunks(length);
        _hashes = new ulong[_chunks];
        _largest = new float[_chunks];
        _parts = new ReadOnlyMemory<float>[_plan.Leaves.Length];
        _scratch = [.. localLeases.Select(_ => GC.AllocateArray<float>(_plan.Depth * GradientHash.ChunkFloats, pinned: true))];
        _roots = [.. _plan.Roots.Select((_, root) => exchange is null || _plan.LeafOf(root) is not null ? null : new NativeBuffer(length))];
        _given = new GradientPart[_roots.Length];
        _total = exchange is null && _plan.LeafOf(0) is not null ? null : new NativeBuffer(length);
        _gather = new ShardGather(shards, _plan, _barrier, exchange);
    }

    public int Length => _length;

    public bool IsAborted => _barrier.IsAborted;

    /// <summary>What the group ended by: the exchange's exception; null where somebody called <see cref="Abort(string)"/>, or it has not ended.</summary>
    public Exception? AbortedBy => _barrier.AbortedBy;

    /// <summary>
    /// Gives this worker's parts (one for each maximal subtree of its lease, in order) and returns the total when all have given theirs.
    /// </summary>
    /// <exception cref="ReductionAbortedException">The group was aborted, or another silo was lost; nothing was summed.</exception>
    public ReducedGradient Reduce(int worker, long step, ReadOnlySpan<GradientPart> parts)
    {
        var place = PlaceOf(worker);
        _barrier.ThrowIfAborted();
        Publish(worker, place, parts);
        _barrier.Wait();
        if (_exchange is null)
        {
            SumChunks(place, 0, _total, hash: true);
        }
        else
        {
            for (var root = 0; root < _roots.Length; root++)
            {
                if (_roots[root] is { } sum)
                {
                    SumChunks(place, root, sum, hash: false);
                }
            }

            _barrier.Wait();
            if (place == 0)
            {
                ExchangeGradient(step);
            }

            _barrier.Wait();
            HashChunks(place, _total!.GetSpan());
        }

        _barrier.Wait();
        return new(
            _total is null ? _parts[0].Span : _total.GetSpan(),
            GradientHash.Combine(_hashes),
            _largest.Length == 0 ? 0 : TensorPrimitives.MaxMagnitude(_largest));
    }

    /// <summary>
    /// Collects one vector of doubles from every shard: <paramref name="mine"/> holds those of this worker's shards, one after the other. Returns all, shard 0
    /// first, for <see cref="ReductionTree.Sum"/>. Exact, whatever way they come.
    /// </summary>
    public double[] Gather(int worker, long step, ReadOnlySpan<double> mine, int width) =>
        _gather.Run(PlaceOf(worker), mine, width, (parts, total) => RunExchange(step, CollectiveKind.Evaluation, parts, total));

    /// <summary>
    /// Ends the group: wakes all who wait, and everyone who comes gets <see cref="ReductionAbortedException"/> with the first reason. From any thread.
    /// </summary>
    public void Abort(string reason) => Abort(reason, null);

    /// <summary>Frees the buffers. Only when no worker uses the group any more.</summary>
    public void Dispose()
    {
        _ended.Dispose();
        ((IDisposable?)_total)?.Dispose();
        foreach (var root in _roots)
        {
            ((IDisposable?)root)?.Dispose();
        }
    }

    private void Abort(string reason, Exception? cause)
    {
        _barrier.Abort(reason, cause);
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The group is gone: there is nobody to wake.
        }
    }

    private int PlaceOf(int worker) => _places.TryGetValue(worker, out var place)
        ? place
        : throw new ArgumentException($"Worker {worker} has no lease in this group; its workers are {string.Join(", ", _places.Keys)}.");

    private void Publish(int worker, int place, ReadOnlySpan<GradientPart> parts)
    {
        var (first, count) = _plan.WorkerParts[place].GetOffsetAndLength(_parts.Length);
        if (parts.Length != count)
        {
            throw new ArgumentException($"Worker {worker} gave {parts.Length} parts; its lease has {count} maximal subtrees.");
        }

        for (var i = 0; i < count; i++)
        {
            if (parts[i].Range != _plan.Leaves[first + i] || parts[i].Sum.Length != _length)
            {
                throw new ArgumentException(
                    $"Worker {worker} gave {parts[i].Range} with {parts[i].Sum.Length} values; expected {_plan.Leaves[first + i]} with {_length}.");
            }

            _parts[first + i] = parts[i].Sum;
        }
    }

    /// <summary>This worker's share of the chunks: contiguous, so that each stays in one cache.</summary>
    private (int First, int End) ShareOf(int place) =>
        ((int)((long)_chunks * place / _places.Count), (int)((long)_chunks * (place + 1) / _places.Count));

    private void SumChunks(int place, int root, NativeBuffer? sum, bool hash)
    {
        var (first, end) = ShareOf(place);
        for (var chunk = first; chunk < end; chunk++)
        {
            var start = chunk * GradientHash.ChunkFloats;
            var count = Math.Min(GradientHash.ChunkFloats, _length - start);
            ReadOnlySpan<float> done;
            if (sum is null)
            {
                done = _parts[0].Span.Slice(start, count);
            }
            else
            {
                var block = sum.GetSpan().Slice(start, count);
                _plan.Evaluate(root, _parts, start, block, _scratch[place]);
                done = block;
            }

            if (hash)
            {
                Judge(chunk, done);
            }
        }
    }

    private void HashChunks(int place, ReadOnlySpan<float> total)
    {
        var (first, end) = ShareOf(place);
        for (var chunk = first; chunk < end; chunk++)
        {
            var start = chunk * GradientHash.ChunkFloats;
            Judge(chunk, total.Slice(start, Math.Min(GradientHash.ChunkFloats, _length - start)));
        }
    }

    private void Judge(int chunk, ReadOnlySpan<float> total)
    {
        if (_hashing)
        {
            _hashes[chunk] = GradientHash.OfChunk(total, out _largest[chunk]);
        }
        else
        {
            _largest[chunk] = Math.Abs(TensorPrimitives.MaxMagnitude(total));
        }
    }

    private void ExchangeGradient(long step)
    {
        for (var root = 0; root < _given.Length; root++)
        {
            _given[root] = new(_plan.Roots[root], _roots[root]?.Memory ?? _parts[_plan.LeafOf(root)!.Value]);
        }

        RunExchange(step, CollectiveKind.Gradient, _given, _total!.GetSpan());
    }

    private void RunExchange(long step, CollectiveKind kind, IReadOnlyList<GradientPart> parts, Span<float> total)
    {
        try
        {
            _exchange!.Exchange(new(_generation, _sequence++, step, kind), parts, total, _ended.Token);
        }
        catch (Exception e)
        {
            Abort(
                $"The {(kind == CollectiveKind.Gradient ? "gradient" : "evaluation")} of step {step} could not be exchanged with the other silos: {e.Message}",
                e);
            _barrier.ThrowIfAborted();
        }
    }
}
