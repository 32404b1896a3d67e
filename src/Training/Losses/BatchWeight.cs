using Sheaf.Training.Data;

namespace Sheaf.Training.Losses;

/// <summary>
/// What the sum of the losses of a step's batch is divided by: the same on every worker, whichever shards it computes. With class weights it depends on the
/// classes of the whole batch, so these are looked up once a step. Used by one thread at a time.
/// </summary>
internal sealed class BatchWeight(Loss loss, StepSampler sampler, RowSet rows, int shards)
{
    private readonly int[] _picked = new int[loss.Spec.ClassWeights is null ? 0 : sampler.LargestShard];
    private readonly long[] _classes = new long[loss.Spec.ClassWeights is null ? 0 : sampler.LargestShard * rows.ClassTargets];
    private long _step = -1;
    private double _weight;

    /// <summary>Whether every step with as many samples has the same weight.</summary>
    public bool IsOfCountAlone => loss.Spec.ClassWeights is null;

    public double At(long step)
    {
        if (IsOfCountAlone)
        {
            return (double)sampler.BatchSizeAt(step) * loss.SampleWeight;
        }

        if (step != _step)
        {
            (_step, _weight) = (step, 0);
            for (var shard = 0; shard < shards; shard++)
            {
                var count = sampler.ShardSizeAt(step, shard);
                sampler.RowsAt(step, shard, _picked.AsSpan(0, count));
                var classes = _classes.AsSpan(0, count * rows.ClassTargets);
                rows.GatherClasses(_picked.AsSpan(0, count), classes);
                _weight += loss.WeightOf(classes);
            }
        }

        return _weight;
    }
}
