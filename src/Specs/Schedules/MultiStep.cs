using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>torch.optim.lr_scheduler.MultiStepLR: multiplied by <paramref name="Gamma"/> at each of these points.</summary>
    public sealed record MultiStep(IReadOnlyList<Interval> At, double Gamma = 0.1) : ScheduleSpec
    {
        private static readonly SpecField<IReadOnlyList<Interval>> AtField = SpecField<IReadOnlyList<Interval>>.Required(
            "at",
            new ListType<Interval>(new IntervalType(), 1, single: true),
            "The points, from the run's beginning, at which the learning rate is multiplied by gamma; their order does not matter.",
            "[30 epochs, 60 epochs]");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) =>
            Math.Pow(Gamma, At.Count(point => point.InSteps(stepsPerEpoch) <= step));

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, MultiStep>(
            "multi_step",
            "Multiplied by gamma at each of several points.",
            "{multi_step: {at: [30 epochs, 60 epochs], gamma: 0.1}}",
            new Section<MultiStep>(
                [AtField, ScheduleFields.Gamma, ScheduleFields.Warmup],
                v => new(v.Get(AtField), v.Get(ScheduleFields.Gamma)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }))
        {
            Also = ["milestones", "piecewise", "piecewise_constant"],
        };
    }
}
