using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>The learning rate of each step: a pure function of the step, so a resumed run needs no scheduler state.</summary>
public sealed class LearningRate(ExperimentSpec spec, long stepsPerEpoch, long totalSteps)
{
    /// <summary>
    /// The optimizer's rate times the schedule's factor. During a warm-up of w steps, step k has the share (k + 1) / w of it; other schedules count from step
    /// 0, the warm-up included. A cosine begins with the optimizer's rate at step 0 and has its final factor at the last step, totalSteps - 1; of a single step
    /// it is the beginning.
    /// </summary>
    public double At(long step)
    {
        var last = totalSteps - 1;
        var factor = spec.Schedule switch
        {
            ScheduleSpec.Step s => Math.Pow(s.Gamma, step / s.Every.InSteps(stepsPerEpoch)),
            ScheduleSpec.Cosine c => c.Final + ((1 - c.Final) * (1 + Math.Cos(Math.PI * Math.Min(step, last) / Math.Max(last, 1))) / 2),
            _ => 1.0,
        };
        var warmup = spec.Schedule.WarmupSteps;
        return spec.Optimizer.LearningRate * factor * (step < warmup ? (step + 1.0) / warmup : 1.0);
    }
}
