using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>The optimizer's rate throughout.</summary>
    public sealed record Constant : ScheduleSpec
    {
        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) => 1;

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Constant>(
            "constant",
            "The optimizer's rate throughout.",
            "{constant: {warmup: 500}}",
            new Section<Constant>([ScheduleFields.Warmup], v => new() { WarmupSteps = v.Get(ScheduleFields.Warmup) }))
        {
            Also = ["none", "fixed", "linear_warmup", "warmup"],
        };
    }
}
