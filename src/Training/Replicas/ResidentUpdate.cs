using Sheaf.Contracts.Specs;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>How the total of a step changes a <see cref="ResidentReplica"/>'s weights, optimizer and buffers.</summary>
internal sealed class ResidentUpdate(ExperimentSpec spec, FlatModel model, ResidentOptimizer optimizer, ResidentShardRunner runner)
{
    /// <summary>Queues the update. Under <c>no_grad</c>.</summary>
    /// <param name="total">Is overwritten.</param>
    public void Apply(Tensor total, double rate)
    {
        var gradient = total.narrow(0, 0, model.WeightCount);
        if (spec.ClipNorm is { } limit)
        {
            gradient.mul_(ClipFactor(gradient, limit));
        }

        optimizer.Apply(model.ComputedWeights, gradient, rate);
        if (model.BufferCount > 0)
        {
            var buffers = total.narrow(0, model.WeightCount, model.BufferCount);
            runner.RememberBuffers(spec.Shards == 1 ? buffers : buffers.div_(total.narrow(0, model.WeightCount + model.BufferCount, 1)));
        }

        model.AdvanceCounters();
    }

    /// <summary>False, with the state as it was, where the update would leave a weight or the optimizer's state not finite.</summary>
    public bool TryApply(Tensor total, double rate)
    {
        var (kept, steps) = (State().Select(values => values.clone()).ToArray(), optimizer.Host.Steps);
        using var buffers = model.BufferCount > 0 ? runner.Buffers() : null;
        Apply(total, rate);
        if (IsFinite())
        {
            return true;
        }

        foreach (var (values, before) in State().Zip(kept))
        {
            values.copy_(before);
        }

        optimizer.Host.Restore(steps);
        if (buffers is not null)
        {
            runner.RememberBuffers(buffers);
        }

        model.AdvanceCounters(-1);
        return false;
    }

    /// <summary>Whether all weights and the optimizer's state are. Waits for what is queued.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        return double.IsFinite(cat([.. State().Select(values => values.sum(ScalarType.Float64).reshape(1))]).sum().cpu().item<double>());
    }

    private IEnumerable<Tensor> State() => optimizer.State.Prepend(model.ComputedWeights);

    /// <summary><see cref="GradientNorm.ClipFactor"/>, on the device.</summary>
    private static Tensor ClipFactor(Tensor gradient, double limit) =>
        gradient.to(ScalarType.Float64).square().sum().sqrt_().add_(1e-6).reciprocal_().mul_(limit).clamp_max_(1).to(ScalarType.Float32);
}
