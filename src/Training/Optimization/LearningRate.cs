using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>The learning rate of each step: a pure function of the step, so a resumed run needs no scheduler state.</summary>
public sealed class LearningRate(ExperimentSpec spec, long stepsPerEpoch, long totalSteps)
{
    /// <summary>
    /// The optimizer's rate times the schedule's factor. During a warm-up of w steps, step k has the share (k + 1) / w of it; the schedule counts from step 0,
    /// the warm-up included.
    /// </summary>
    /// <param name="decided">What holds in place of the optimizer's rate, where evaluations have lowered it; null: they have not.</param>
    public double At(long step, double? decided = null)
    {
        var warmup = spec.Schedule.WarmupSteps;
        var rate = decided ?? spec.Optimizer.LearningRate;
        return rate * spec.Schedule.FactorAt(step, stepsPerEpoch, totalSteps) * (step < warmup ? (step + 1.0) / warmup : 1.0);
    }
}
