using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>torch.optim.lr_scheduler.StepLR: multiplied by <paramref name="Gamma"/> at every <paramref name="Every"/>.</summary>
    public sealed record Step(Interval Every, double Gamma = 0.1) : ScheduleSpec
    {
        private static readonly SpecField<Interval> EveryField = SpecField<Interval>.Required(
            "every", new IntervalType(), "How often the learning rate is multiplied by gamma.", "2 epochs");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) => Math.Pow(Gamma, step / Every.InSteps(stepsPerEpoch));

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Step>(
            "step",
            "Multiplied by gamma again and again.",
            "{step: {every: 2 epochs, gamma: 0.1}}",
            new Section<Step>(
                [EveryField, ScheduleFields.Gamma, ScheduleFields.Warmup],
                v => new(v.Get(EveryField), v.Get(ScheduleFields.Gamma)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }))
        {
            Also = ["step_decay"],
        };
    }
}
