using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sheaf.Contracts.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>torch.optim.Adam, and AdamW where weight decay is decoupled (without amsgrad).</summary>
internal sealed class AdamOptimizer : FlatOptimizer
{
    private readonly OptimizerSpec.Adam _spec;
    private readonly float[] _mean;
    private readonly float[] _square;

    public AdamOptimizer(OptimizerSpec.Adam spec, int length)
    {
        _spec = spec;
        _mean = GC.AllocateArray<float>(length, pinned: true);
        _square = GC.AllocateArray<float>(length, pinned: true);
        State = [("exp_avg", _mean), ("exp_avg_sq", _square)];
    }

    public override IReadOnlyList<(string Name, float[] Values)> State { get; }

    public override bool CountsSteps => true;

    public override void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, gradient.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, _mean.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length % Vector512<float>.Count, 0);
        Steps++;
        var correction1 = 1 - Math.Pow(_spec.Beta1, Steps);
        var correction2 = Vector512.Create((float)Math.Sqrt(1 - Math.Pow(_spec.Beta2, Steps)));
        var rate = Vector512.Create((float)(-learningRate / correction1));
        var (keep1, take1) = (Vector512.Create((float)_spec.Beta1), Vector512.Create((float)(1 - _spec.Beta1)));
        var (keep2, take2) = (Vector512.Create((float)_spec.Beta2), Vector512.Create((float)(1 - _spec.Beta2)));
        var epsilon = Vector512.Create((float)_spec.Epsilon);
        var factor = Vector512.Create(scale);
        var decay = Vector512.Create((float)_spec.WeightDecay);
        var shrink = Vector512.Create((float)(1 - (learningRate * _spec.WeightDecay)));
        var (coupled, decoupled) = (_spec.WeightDecay != 0 && !_spec.Decoupled, _spec.WeightDecay != 0 && _spec.Decoupled);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var m = ref MemoryMarshal.GetArrayDataReference(_mean);
        ref var v = ref MemoryMarshal.GetArrayDataReference(_square);
        for (nuint i = 0; i < (nuint)weights.Length; i += (nuint)Vector512<float>.Count)
        {
            var weight = Vector512.LoadUnsafe(ref w, i);
            var change = Vector512.LoadUnsafe(ref g, i) * factor;
            if (coupled)
            {
                change = Vector512.FusedMultiplyAdd(weight, decay, change);
            }

            if (decoupled)
            {
                weight *= shrink;
            }

            var mean = Vector512.FusedMultiplyAdd(change, take1, Vector512.LoadUnsafe(ref m, i) * keep1);
            var square = Vector512.FusedMultiplyAdd(take2 * change, change, Vector512.LoadUnsafe(ref v, i) * keep2);
            mean.StoreUnsafe(ref m, i);
            square.StoreUnsafe(ref v, i);
            var spread = (Vector512.Sqrt(square) / correction2) + epsilon;
            (weight + (rate * mean / spread)).StoreUnsafe(ref w, i);
        }
    }
}
