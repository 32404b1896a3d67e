using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>
    /// torch.optim.lr_scheduler.CosineAnnealingLR over the whole run: half a cosine from 1 down to <paramref name="Final"/> at the last step.
    /// </summary>
    public sealed record Cosine(double Final = 0) : ScheduleSpec
    {
        private static readonly SpecField<double> FinalField = SpecField<double>.WithDefault(
            "final", ScheduleFields.Share, 0, "The factor at the last step.", "0.01");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) =>
            HalfCosine(1, Final, Math.Min(step, totalSteps - 1), Math.Max(totalSteps - 1, 1));

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Cosine>(
            "cosine",
            "Half a cosine, from the optimizer's rate down to final at the last step (a single step has the optimizer's rate).",
            "{cosine: {final: 0.01, warmup: 500}}",
            new Section<Cosine>([FinalField, ScheduleFields.Warmup], v => new(v.Get(FinalField)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }))
        {
            Also = ["cosine_annealing", "cosine_decay"],
        };
    }
}
