using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>torch.optim.Adam, and AdamW where weight decay is decoupled (without amsgrad).</summary>
internal sealed class AdamOptimizer : BoundedOptimizer
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

    public override UpdateBounds Measure(ReadOnlySpan<float> weights)
    {
        var (ratio, rest) = (0.0, 0.0);
        for (var i = 0; i < _mean.Length; i++)
        {
            var (mean, root) = (Math.Abs((double)_mean[i]), Math.Sqrt(_square[i]));
            (ratio, rest) = root >= UpdateBounds.Faint ? (Math.Max(ratio, mean / root), rest) : (ratio, Math.Max(rest, mean));
        }

        return base.Measure(weights) with { Ratio = ratio, Rest = rest };
    }

    /// <summary>
    /// The mean over the root of the mean square hardly moves, whatever the gradient: with s' at least beta2 s and at least (1 - beta2) g², |m'| / √s' is at
    /// most beta1 / √beta2 times what it was, plus (1 - beta1) / √(1 - beta2). Without that the bound of a step would be that of the mean over epsilon, and
    /// useless.
    /// </summary>
    public override UpdateBounds Bound(UpdateBounds before, double gradient, double learningRate)
    {
        var (beta1, beta2, epsilon) = (_spec.Beta1, _spec.Beta2, (double)(float)_spec.Epsilon);
        var change = gradient + (_spec.Decoupled ? 0 : _spec.WeightDecay * before.Weights);
        var (mean, square) = (Math.Max(before.First, change), Math.Max(before.Second, change * change));
        var (kept, taken) = (Math.Sqrt(beta2), Math.Sqrt(1 - beta2));
        var ratio = beta2 > 0 ? (before.Ratio * beta1 / kept) + ((1 - beta1) / taken) : double.PositiveInfinity;
        var rest = (
            beta1 * (beta2 > 0 ? Math.Max(before.Rest, before.Ratio * UpdateBounds.Faint / kept) : before.First)) + ((1 - beta1) * UpdateBounds.Faint / taken);
        var correction = (double)(float)Math.Sqrt(1 - Math.Pow(beta2, Steps + 1));
        var rate = learningRate / (1 - Math.Pow(beta1, Steps + 1));
        var moved = rate * Math.Min(mean / epsilon, Math.Max(ratio * correction, rest / epsilon));
        var shrunk = before.Weights * (_spec.Decoupled ? Math.Abs(1 - (learningRate * _spec.WeightDecay)) : 1);
        var between = Math.Max(
            Math.Max(rate * mean, Math.Sqrt(square) / correction), Math.Max(Math.Max(rate, learningRate * _spec.WeightDecay), _spec.WeightDecay));
        return new(shrunk + moved, mean, square, ratio, rest) { Between = between };
    }

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
