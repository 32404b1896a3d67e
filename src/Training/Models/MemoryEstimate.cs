using Sheaf.Specs;

namespace Sheaf.Training.Models;

/// <summary>
/// The memory that one worker cannot do without: weights, gradient, the sum of the shards, the optimizer's state, and the values of the largest shard on their
/// way through the layers.
/// </summary>
public static class MemoryEstimate
{
    /// <param name="trainCount">Training rows.</param>
    public static double BytesOfWorker(ExperimentSpec spec, ModelPlan plan, int trainCount)
    {
        var batch = Math.Min(spec.BatchSize ?? trainCount, trainCount);
        var samples = (batch / spec.Shards) + (batch % spec.Shards == 0 ? 0 : 1);
        var values = plan.Inputs.Concat(plan.Inside).Append(plan.Output).Sum(shape => shape.Aggregate(1.0, (product, size) => product * size));
        return sizeof(float) * (((3.0 + spec.Optimizer.StatesPerWeight + (spec.Average is null ? 0 : 1)) * plan.ReductionLength) + (samples * values));
    }
}
