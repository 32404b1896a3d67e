using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>torch.optim.lr_scheduler.PolynomialLR over the whole run: (1 - share of the steps) to a power, 0 at the last step.</summary>
    public sealed record Polynomial(double Power = 1) : ScheduleSpec
    {
        private static readonly SpecField<double> PowerField = SpecField<double>.WithDefault(
            "power", new NumberType(0, 100, openMin: true), 1, "1 falls along a straight line, more falls sooner.", "2");

        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) =>
            totalSteps == 1 ? 1 : Math.Pow(1 - (Math.Min(step, totalSteps - 1) / (totalSteps - 1.0)), Power);

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Polynomial>(
            "polynomial",
            "A power of the share of the run that is left: 0 at the last step (a single step has the optimizer's rate).",
            "{polynomial: {power: 2}}",
            new Section<Polynomial>([PowerField, ScheduleFields.Warmup], v => new(v.Get(PowerField)) { WarmupSteps = v.Get(ScheduleFields.Warmup) }),
            "power")
        {
            Also = ["poly", "linear", "linear_decay", "polynomial_decay"],
        };
    }
}
