using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class ScheduleSection
{
    private static readonly SpecField<long> Warmup = SpecField<long>.WithDefault(
        "warmup", new WarmupType(), 0, "Steps over which the learning rate rises linearly: step k of w, from 0, has the share (k + 1) / w of the schedule's rate.", "500");

    private static readonly SpecField<Interval> Every = SpecField<Interval>.Required(
        "every", new IntervalType(), "How often the learning rate is multiplied by gamma.", "2 epochs");
    private static readonly SpecField<double> Gamma = SpecField<double>.WithDefault(
        "gamma", new NumberType(0, 1, openMin: true), 0.1, "The factor at each of these points.", "0.5");
    private static readonly SpecField<double> Final = SpecField<double>.WithDefault("final", new NumberType(0, 1), 0, "The factor at the last step.", "0.01");

    public static ChoiceType<ScheduleSpec> Type { get; } = new(
        "schedule",
        [
            new Alternative<ScheduleSpec, ScheduleSpec.Constant>(
                "constant", "The optimizer's rate throughout.", "{constant: {warmup: 500}}", new Section<ScheduleSpec.Constant>(
                    [Warmup], v => new() { WarmupSteps = v.Get(Warmup) })),
            new Alternative<ScheduleSpec, ScheduleSpec.Step>(
                "step",
                "Multiplied by gamma again and again.",
                "{step: {every: 2 epochs, gamma: 0.1}}",
                new Section<ScheduleSpec.Step>([Every, Gamma, Warmup], v => new(v.Get(Every), v.Get(Gamma)) { WarmupSteps = v.Get(Warmup) })),
            new Alternative<ScheduleSpec, ScheduleSpec.Cosine>(
                "cosine",
                "Half a cosine, from the optimizer's rate down to final at the last step (a single step has the optimizer's rate).",
                "{cosine: {final: 0.01, warmup: 500}}",
                new Section<ScheduleSpec.Cosine>([Final, Warmup], v => new(v.Get(Final)) { WarmupSteps = v.Get(Warmup) })),
        ])
    {
        Reserved = ["plateau", "exponential", "one_cycle", "polynomial", "linear", "multi_step", "assembly", "type"],
    };
}
