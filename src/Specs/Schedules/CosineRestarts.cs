using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>torch.optim.lr_scheduler.CosineAnnealingWarmRestarts: Loshchilov and Hutter, SGDR, 2017.</summary>
    /// <param name="First">How long the first cycle is.</param>
    /// <param name="Growth">How many times longer each cycle is than the one before.</param>
    /// <param name="Final">The factor towards which every cycle goes.</param>
    public sealed record CosineRestarts(Interval First, int Growth = 1, double Final = 0) : ScheduleSpec
    {
        private static readonly SpecField<Interval> FirstField = SpecField<Interval>.Required(
            "first", new IntervalType(), "How long the first cycle is.", "10 epochs");
        private static readonly SpecField<int> GrowthField = SpecField<int>.WithDefault(
            "growth", new CountType(1, 100), 1, "How many times longer each cycle is than the one before.", "2");
        private static readonly SpecField<double> FinalField = SpecField<double>.WithDefault(
            "final", ScheduleFields.Share, 0, "The factor towards which every cycle goes; the step after a cycle has the optimizer's rate again.", "0.01");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps)
        {
            var (length, into) = (First.InSteps(stepsPerEpoch), step);
            while (into >= length && Growth > 1)
            {
                (into, length) = (into - length, checked(length * Growth));
            }

            return HalfCosine(1, Final, into % length, length);
        }

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, CosineRestarts>(
            "cosine_restarts",
            "Half a cosine again and again, each cycle as long as the one before or longer.",
            "{cosine_restarts: {first: 10 epochs, growth: 2}}",
            new Section<CosineRestarts>(
                [FirstField, GrowthField, FinalField, ScheduleFields.Warmup],
                v => new(v.Get(FirstField), v.Get(GrowthField), v.Get(FinalField)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }))
        {
            Also = ["cosine_annealing_warm_restarts", "sgdr", "warm_restarts", "cosine_with_restarts"],
        };
    }
}
