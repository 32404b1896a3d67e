using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Collectives;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The reduction <c>coordinator</c>: collects the parts of all silos and finishes the tree when they cover every shard exactly once. A silo that asks again
/// gets the same answer. No call waits longer than its limit: an activation ends only when no call to it is left, and its successor cannot begin
/// before. Not thread-safe: used within turns of one grain, which may interleave at awaits.
/// </summary>
/// <param name="within">How long one call waits for the parts of others.</param>
public sealed class ReductionRounds(TimeSpan within, TimeProvider time)
{
    private readonly SortedDictionary<(long Generation, long Sequence), Round> _rounds = [];

    public async Task<ReduceReply> Add(ReduceRequest request, int shards, CancellationToken cancellationToken)
    {
        var key = (request.Generation, request.Sequence);
        if (!_rounds.TryGetValue(key, out var round))
        {
            _rounds.Add(key, round = new());

            // Whoever is at this collective has the answers of all before the last one.
            EndBelow(request.Generation, request.Sequence - 1);
        }

        if (round.Silos.Add(request.Silo))
        {
            foreach (var part in request.Parts)
            {
                if (!round.Parts.TryAdd(new(part.FirstShard, part.Shards), part.Sum))
                {
                    round.Fail($"Two silos gave {new ShardRange(part.FirstShard, part.Shards)} of step {request.Step}.");
                }
            }

            var covered = round.Parts.Keys.Sum(range => range.Count);
            if (covered == shards && !round.Done.Task.IsCompleted)
            {
                var total = Sum(round.Parts, new(0, shards), request.Step);
                round.Done.TrySetResult(new() { Generation = request.Generation, Sequence = request.Sequence, Total = total });
            }
            else if (covered > shards)
            {
                round.Fail($"The parts of step {request.Step} cover {covered} shards, the experiment has {shards}.");
            }
        }

        try
        {
            return await round.Done.Task.WaitAsync(within, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new() { Generation = request.Generation, Sequence = request.Sequence, Total = [], Pending = true };
        }
    }

    /// <summary>Ends what waits in generations below <paramref name="generation"/>.</summary>
    public void EndBelow(long generation) => EndBelow(generation, 0);

    public void End(string reason)
    {
        foreach (var round in _rounds.Values)
        {
            round.Fail(reason);
        }

        _rounds.Clear();
    }

    private void EndBelow(long generation, long sequence)
    {
        foreach (var (key, round) in _rounds.TakeWhile(round => round.Key.CompareTo((generation, sequence)) < 0).ToArray())
        {
            round.Fail($"Generation {key.Generation} is over.");
            _rounds.Remove(key);
        }
    }

    private static float[] Sum(Dictionary<ShardRange, float[]> parts, ShardRange node, long step)
    {
        if (parts.TryGetValue(node, out var part))
        {
            return part;
        }

        if (node.Count == 1)
        {
            throw new InvalidOperationException($"Nobody gave {node} of step {step}.");
        }

        var (left, right) = ReductionTree.Children(node);
        var (sum, other) = (Sum(parts, left, step), Sum(parts, right, step));
        if (sum.Length != other.Length)
        {
            throw new InvalidOperationException($"{left} of step {step} has {sum.Length} floats, {right} has {other.Length}.");
        }

        System.Numerics.Tensors.TensorPrimitives.Add(sum, other, sum);
        return sum;
    }

    private sealed class Round
    {
        public HashSet<string> Silos { get; } = new(StringComparer.Ordinal);

        public Dictionary<ShardRange, float[]> Parts { get; } = [];

        public TaskCompletionSource<ReduceReply> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>All callers may have stopped waiting; the exception counts as observed then.</summary>
        public void Fail(string reason)
        {
            Done.TrySetException(new InvalidOperationException(reason));
            _ = Done.Task.Exception;
        }
    }
}
