using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;

namespace Sheaf.Training.Replicas;

/// <summary>Makes a step's update of weights and buffers out of its reduced gradient, or refuses it by the spec's policy. Used by one thread at a
/// time.</summary>
internal sealed class StepUpdate(ExperimentSpec spec, FlatModel model, FlatOptimizer optimizer, WeightAverage? average, ShardRunner runner)
{
    private readonly UpdateGuard _guard = new(optimizer);
    private readonly GradientClamp? _clamp = spec.ClipValue is { } limit ? new(limit, model.WeightCount) : null;

    /// <summary>An update was begun and has not come to its end: the weights are neither those before it nor those after it.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>The weights are others now: nothing that is known of the last update holds for them.</summary>
    public void Forget()
    {
        _guard.Forget();
        IsUnderWay = false;
    }

    /// <summary>False where the policy skips the update.</summary>
    /// <param name="sums">Of the step, by <see cref="StepScalars"/>.</param>
    /// <exception cref="TrainingException">The policy is to fail.</exception>
    public bool Apply(long step, ReducedGradient reduced, double[] sums, double rate)
    {
        var gradient = reduced.Total[..model.WeightCount];
        if (!reduced.IsFinite || !double.IsFinite(sums[StepScalars.Loss]))
        {
            return Refuse(step, NonFiniteText.OfReduced(model, reduced.Total, sums[StepScalars.Loss] / sums[StepScalars.LossWeight]));
        }

        IsUnderWay = true;
        gradient = _clamp is null ? gradient : _clamp.Of(gradient);
        var scale = spec.ClipNorm is { } limit ? GradientNorm.ClipFactor(GradientNorm.Of(gradient), limit) : 1f;
        if (_guard.Apply(model.Weights, gradient, rate, scale, reduced.Largest) is { } ruined)
        {
            IsUnderWay = false;
            return Refuse(step, NonFiniteText.OfUpdate(model, ruined, rate));
        }

        if (model.BufferCount > 0)
        {
            var weight = spec.Shards == 1 ? 1f : reduced.Total[model.WeightCount + model.BufferCount];
            System.Numerics.Tensors.TensorPrimitives.Divide(reduced.Total.Slice(model.WeightCount, model.BufferCount), weight, model.Buffers);
            runner.RememberBuffers();
        }

        average?.Add(model.Weights);
        model.Upload();
        model.AdvanceCounters();
        IsUnderWay = false;
        return true;
    }

    /// <summary>The update is not made: by the policy the experiment fails, or goes on with the next step.</summary>
    private bool Refuse(long step, string what)
    {
        if (spec.NonFinite == NonFinitePolicy.Fail)
        {
            throw NonFiniteText.Failure(step, what);
        }

        runner.RestoreBuffers();
        return false;
    }
}
