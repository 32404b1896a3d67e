using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>torch.optim.lr_scheduler.ExponentialLR, stepped every <paramref name="Every"/>.</summary>
    public sealed record Exponential(double Gamma, Interval Every) : ScheduleSpec
    {
        private static readonly SpecField<double> GammaField = SpecField<double>.Required(
            "gamma", ScheduleFields.Factor, "The factor at each of these points.", "0.95");
        private static readonly SpecField<Interval> EveryField = SpecField<Interval>.WithDefault(
            "every", new IntervalType(), new Interval(1, IntervalUnit.Epoch), "How often the learning rate is multiplied by gamma.", "1 epoch");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) => Math.Pow(Gamma, step / Every.InSteps(stepsPerEpoch));

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Exponential>(
            "exponential",
            "Multiplied by gamma after every epoch.",
            "{exponential: {gamma: 0.95}}",
            new Section<Exponential>(
                [GammaField, EveryField, ScheduleFields.Warmup], v => new(v.Get(GammaField), v.Get(EveryField)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }),
            "gamma")
        {
            Also = ["exponential_decay", "exp"],
        };
    }
}
