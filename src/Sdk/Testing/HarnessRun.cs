using static TorchSharp.torch;

namespace Sheaf.Sdk.Testing;

/// <summary>Some steps on a number of workers.</summary>
internal static class HarnessRun
{
    public static HarnessTrace Of(
        Func<ModelInput, nn.Module<Tensor, Tensor>> make, IDataset rows, ILoss loss, HarnessOptions options, int workers)
    {
        var batches = new HarnessRows(rows, options);
        var replicas = new List<HarnessReplica>();
        try
        {
            for (var worker = 0; worker < workers; worker++)
            {
                replicas.Add(new(make, batches, loss, options));
            }

            var first = replicas[0].Hash();
            var (losses, gradients) = (new List<double>(), new List<string>());
            for (var step = 0; step < options.Steps; step++)
            {
                var shards = Compute(replicas, step, options.Shards);
                gradients.AddRange(shards.Select(shard => shard.GradientHash));
                losses.Add(Tree<double>(shards, 0, shards.Length, shard => [shard.Loss], (one, other) => one + other)[0]);
                var gradient = Tree(shards, 0, shards.Length, shard => shard.Gradient, (one, other) => one + other);
                var buffers = Tree(shards, 0, shards.Length, shard => shard.Buffers, (one, other) => one + other);
                replicas.ForEach(replica => replica.Apply(gradient, buffers, shards[0].Counters));
            }

            // Each worker has a model of its own; that they agree among themselves is part of the promise.
            var hashes = replicas.Select(replica => replica.Hash()).Distinct(StringComparer.Ordinal).ToList();
            return new(new(workers, hashes.Count == 1 ? hashes[0] : $"{hashes.Count} different models: {string.Join(' ', hashes)}", losses), first,
                options.Shards, gradients);
        }
        finally
        {
            replicas.ForEach(replica => replica.Dispose());
        }
    }

    /// <summary>Every worker computes a contiguous range of shards, on a thread of its own.</summary>
    private static HarnessShard[] Compute(List<HarnessReplica> replicas, int step, int count)
    {
        var shards = new HarnessShard[count];
        var failures = new Exception?[replicas.Count];
        var threads = replicas.Select((replica, worker) => new Thread(() =>
        {
            try
            {
                set_num_threads(1);
                for (var shard = worker * count / replicas.Count; shard < (worker + 1) * count / replicas.Count; shard++)
                {
                    shards[shard] = replica.Compute(step, shard);
                }
            }
            catch (Exception e)
            {
                // It is thrown again on the test's own thread, the stack of the user's code with it.
                failures[worker] = e;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (Array.Find(failures, failure => failure is not null) is { } failed)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
        }

        return shards;
    }

    /// <summary>The sum along the tree whose left child of n leaves holds the largest power of two below n.</summary>
    private static T[] Tree<T>(HarnessShard[] shards, int first, int count, Func<HarnessShard, T[]> of, Func<T, T, T> add)
    {
        if (count == 1)
        {
            return of(shards[first]);
        }

        var left = (int)(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count) / 2);
        var (one, other) = (Tree(shards, first, left, of, add), Tree(shards, first + left, count - left, of, add));
        return [.. one.Zip(other, add)];
    }
}
