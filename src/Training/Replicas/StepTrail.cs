using System.Runtime.InteropServices;
using Sheaf.Training.Collectives;
using Sheaf.Training.Ledger;
using Sheaf.Training.Models;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// What steps that are queued on a device will report: their exact sums, their gradient's hash and whether it is finite, kept there until <see cref="Fetch"/> brings those of all steps
/// in three copies.
/// Used by one thread at a time.
/// </summary>
internal sealed class StepTrail(int shards) : IDisposable
{
    private readonly List<(Entry Entry, Tensor Exact, Tensor Finite, Tensor Hash)> _steps = [];

    public int Count => _steps.Count;

    /// <summary>When the oldest step began; null where there is none.</summary>
    public long? Since => _steps.Count == 0 ? null : _steps[0].Entry.Began;

    /// <summary>Queues what the total of a step says.</summary>
    /// <param name="exact">The sums of all shards, one after the other.</param>
    /// <param name="hash">Of <see cref="ProductHash.Sum"/>.</param>
    public void Add(Entry entry, Tensor total, Tensor exact, Tensor hash)
    {
        // In double precision no sum of floats overflows, so it is finite just where they are.
        var sum = total.sum(ScalarType.Float64);
        _steps.Add((entry, exact.DetachFromDisposeScope(), sum.reshape(1).DetachFromDisposeScope(), hash.reshape(1).DetachFromDisposeScope()));
    }

    /// <summary>Waits for the steps, and forgets them.</summary>
    public IReadOnlyList<Result> Fetch()
    {
        if (_steps.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var exact = MemoryMarshal.Cast<byte, double>(cat([.. _steps.Select(step => step.Exact)]).cpu().bytes);
        var finite = MemoryMarshal.Cast<byte, double>(cat([.. _steps.Select(step => step.Finite)]).cpu().bytes);
        var hashes = MemoryMarshal.Cast<byte, long>(cat([.. _steps.Select(step => step.Hash)]).cpu().bytes);
        var width = exact.Length / _steps.Count;
        var results = new Result[_steps.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new(_steps[i].Entry, ReductionTree.Sum(exact.Slice(i * width, width), shards, width / shards), double.IsFinite(finite[i]), ProductHash.Finish(hashes[i]));
        }

        Clear();
        return results;
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var (_, exact, finite, hash) in _steps)
        {
            exact.Dispose();
            finite.Dispose();
            hash.Dispose();
        }

        _steps.Clear();
    }

    /// <summary>What the host knows of a step as it queues it.</summary>
    /// <param name="Began">A timestamp.</param>
    /// <param name="Computed">When the shards were done; null where nobody waited for them.</param>
    internal readonly record struct Entry(long Step, double Rate, ulong[] Digests, long Began, long? Computed, long Ended);

    /// <param name="Sums">Of <see cref="Models.StepScalars"/>, over all shards.</param>
    /// <param name="IsFinite">Every value of the total is.</param>
    internal readonly record struct Result(Entry Entry, double[] Sums, bool IsFinite, ulong Hash)
    {
        /// <summary>Gradient, buffers and loss are finite.</summary>
        public bool IsSound => IsFinite && double.IsFinite(Sums[StepScalars.Loss]);

        /// <summary>What fails the run where the step is not sound, or its update ruined the state.</summary>
        public TrainingException Fault()
        {
            var what = !double.IsFinite(Sums[StepScalars.Loss]) ? "loss" : IsFinite ? "update" : "gradient";
            return new(
                $"The {what} of step {Entry.Step} is not finite (loss {Sums[StepScalars.Loss] / Sums[StepScalars.Weight]}). Lower the learning rate, set clip_norm, or set non_finite: skip.",
                Entry.Step,
                null);
        }
    }
}
