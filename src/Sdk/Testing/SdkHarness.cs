using static TorchSharp.torch;

namespace Sheaf.Sdk.Testing;

/// <summary>
/// The test kit: trains a model on a dataset with a loss for some steps, on 1, 2 and 4 workers in this process, and says whether the weights are the same
/// bits. The steps are those of a server (shards, the tree of sums, random numbers by step and shard), with plain SGD in place of the spec's optimizer. A
/// server tries more than this before it accepts an experiment; this runs in a unit test, under a debugger. One at a time in a process.
/// </summary>
public static class SdkHarness
{
    private static readonly Lock One = new();

    /// <param name="model">Makes the model; called once for each worker, each time with the same state of libtorch's generator.</param>
    /// <param name="rows">Read by several threads at once, as by a server.</param>
    /// <param name="loss">Null: the mean squared error, or cross entropy where the dataset has classes.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A class gives what training cannot take: says what it gave and what is needed.</exception>
    public static HarnessReport Train(Func<ModelInput, nn.Module<Tensor, Tensor>> model, IDataset rows, ILoss? loss = null, HarnessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new();
        options.Check();
        loss ??= new DefaultLoss(rows);
        lock (One)
        {
            var threads = get_num_threads();
            try
            {
                // With more, the order of a sum would depend on how many there are.
                set_num_threads(1);
                return Compare([.. options.Workers.Take(1).Concat(options.Workers).Select(workers => HarnessRun.Of(model, rows, loss, options, workers))]);
            }
            finally
            {
                set_num_threads(threads);
            }
        }
    }

    private static HarnessReport Compare(IReadOnlyList<HarnessTrace> traces) => new(
        [.. traces.Select(trace => trace.Outcome)],
        traces.Skip(1).Select((trace, place) => Difference(traces[0], trace, again: place == 0)).FirstOrDefault(each => each is not null));

    private static string? Difference(HarnessTrace first, HarnessTrace other, bool again)
    {
        var than = again ? "the first time" : $"on {Workers(first)}";
        var on = again ? $"A second time on {Workers(first)}" : $"On {Workers(other)}";
        if (first.FirstWeights != other.FirstWeights)
        {
            return $"{on} the model begins with other weights than {than}: they must follow from the constructor's arguments and libtorch's generator alone.";
        }

        foreach (var (index, hash) in first.Gradients.Index().Where(each => other.Gradients[each.Index] != each.Item))
        {
            return $"{on} shard {index % first.Shards} of step {index / first.Shards} has another gradient than {than}: something in the classes is random, "
                + "kept from one call to the next, or shared by the threads. Random numbers come from StepRandom.Current; what a step leaves behind is a "
                + "parameter or a Float32 buffer.";
        }

        return first.Outcome.Sha256 == other.Outcome.Sha256 ? null
            : $"{on} the model ends with other buffers than {than}: only Float32 buffers and counters of Int64 may change in a forward pass.";
    }

    private static string Workers(HarnessTrace trace) => trace.Outcome.Workers == 1 ? "1 worker" : $"{trace.Outcome.Workers} workers";

    private sealed class DefaultLoss(IDataset rows) : ILoss
    {
        public Tensor Losses(Tensor output, Tensor target) => rows.Classes is not null
            ? nn.functional.cross_entropy(output, target, reduction: nn.Reduction.None)
            : nn.functional.mse_loss(output, target.reshape(output.shape), reduction: nn.Reduction.None);
    }
}
