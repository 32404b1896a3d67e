using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>
    /// torch.optim.lr_scheduler.OneCycleLR(cycle_momentum=False) over the whole run, with the optimizer's rate as its largest: Smith and Topin,
    /// Super-Convergence, 2018.
    /// </summary>
    /// <param name="Rise">The share of the run over which the rate rises.</param>
    /// <param name="Initial">The factor at step 0.</param>
    /// <param name="Final">The factor at the last step.</param>
    public sealed record OneCycle(double Rise = 0.3, double Initial = 0.04, double Final = 4e-6) : ScheduleSpec
    {
        private static readonly SpecField<double> RiseField = SpecField<double>.WithDefault(
            "rise", new NumberType(0, 1, openMin: true, openMax: true), 0.3, "The share of the run over which the rate rises (pct_start).", "0.3");
        private static readonly SpecField<double> InitialField = SpecField<double>.WithDefault(
            "initial", ScheduleFields.Factor, 0.04, "The factor at the first step (1 / div_factor).", "0.04");
        private static readonly SpecField<double> FinalField = SpecField<double>.WithDefault(
            "final", ScheduleFields.Share, 4e-6, "The factor at the last step (1 / div_factor / final_div_factor).", "0.000004");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps)
        {
            var (top, last) = ((Rise * totalSteps) - 1, totalSteps - 1.0);
            return top > 0 && step <= top ? HalfCosine(Initial, 1, step, top) : HalfCosine(1, Final, Math.Min(step, last) - top, last - top);
        }

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, OneCycle>(
            "one_cycle",
            "Half a cosine up to the optimizer's rate, then half a cosine down to nearly nothing at the last step.",
            "{one_cycle: {rise: 0.3}}",
            new Section<OneCycle>([RiseField, InitialField, FinalField], v => new(v.Get(RiseField), v.Get(InitialField), v.Get(FinalField))))
        {
            Also = ["super_convergence", "one_cycle_policy"],
        };
    }
}
