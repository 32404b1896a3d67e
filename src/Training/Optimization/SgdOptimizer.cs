using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>torch.optim.SGD with dampening 0: bit for bit as PyTorch computes it.</summary>
internal sealed class SgdOptimizer : BoundedOptimizer
{
    private readonly OptimizerSpec.Sgd _spec;
    private readonly float[] _momentum;

    public SgdOptimizer(OptimizerSpec.Sgd spec, int length)
    {
        _spec = spec;
        _momentum = spec.Momentum == 0 ? [] : GC.AllocateArray<float>(length, pinned: true);
        State = spec.Momentum == 0 ? [] : [("momentum_buffer", _momentum)];
    }

    public override IReadOnlyList<(string Name, float[] Values)> State { get; }

    public override bool CountsSteps => false;

    public override void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, gradient.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length % Vector512<float>.Count, 0);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        var rate = Vector512.Create((float)-learningRate);
        var factor = Vector512.Create(scale);
        if (_momentum.Length == 0)
        {
            Plain(ref w, ref g, (nuint)weights.Length, rate, factor);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, _momentum.Length);
            WithMomentum(ref w, ref g, (nuint)weights.Length, rate, factor);
        }

        Steps++;
    }

    public override UpdateBounds Bound(UpdateBounds before, double gradient, double learningRate)
    {
        var change = gradient + (_spec.WeightDecay * before.Weights);
        var velocity = (_spec.Momentum * before.First) + change;
        var moved = _spec.Nesterov ? change + (_spec.Momentum * velocity) : velocity;
        return new(
            before.Weights + (learningRate * moved),
            _momentum.Length == 0 ? 0 : velocity,
            0)
        { Between = Math.Max(Math.Max(moved, learningRate), _spec.WeightDecay) };
    }

    private void Plain(ref float w, ref float g, nuint length, Vector512<float> rate, Vector512<float> factor)
    {
        var decay = Vector512.Create((float)_spec.WeightDecay);
        for (nuint i = 0; i < length; i += (nuint)Vector512<float>.Count)
        {
            var weight = Vector512.LoadUnsafe(ref w, i);
            var change = Vector512.LoadUnsafe(ref g, i) * factor;
            if (_spec.WeightDecay != 0)
            {
                change = Vector512.FusedMultiplyAdd(weight, decay, change);
            }

            Vector512.FusedMultiplyAdd(change, rate, weight).StoreUnsafe(ref w, i);
        }
    }

    private void WithMomentum(ref float w, ref float g, nuint length, Vector512<float> rate, Vector512<float> factor)
    {
        ref var m = ref MemoryMarshal.GetArrayDataReference(_momentum);
        var decay = Vector512.Create((float)_spec.WeightDecay);
        var momentum = Vector512.Create((float)_spec.Momentum);
        var (decays, nesterov) = (_spec.WeightDecay != 0, _spec.Nesterov);
        for (nuint i = 0; i < length; i += (nuint)Vector512<float>.Count)
        {
            var weight = Vector512.LoadUnsafe(ref w, i);
            var change = Vector512.LoadUnsafe(ref g, i) * factor;
            if (decays)
            {
                change = Vector512.FusedMultiplyAdd(weight, decay, change);
            }

            var velocity = (Vector512.LoadUnsafe(ref m, i) * momentum) + change;
            velocity.StoreUnsafe(ref m, i);
            change = nesterov ? Vector512.FusedMultiplyAdd(velocity, momentum, change) : velocity;
            Vector512.FusedMultiplyAdd(change, rate, weight).StoreUnsafe(ref w, i);
        }
    }
}
