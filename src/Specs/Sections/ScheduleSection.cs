using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The schedules that a spec can name.</summary>
internal static class ScheduleSection
{
    public static ChoiceType<ScheduleSpec> Type { get; } = new(
        "schedule",
        [
            ScheduleSpec.Constant.InSpec,
            ScheduleSpec.Step.InSpec,
            ScheduleSpec.MultiStep.InSpec,
            ScheduleSpec.Exponential.InSpec,
            ScheduleSpec.Cosine.InSpec,
            ScheduleSpec.CosineRestarts.InSpec,
            ScheduleSpec.OneCycle.InSpec,
            ScheduleSpec.Polynomial.InSpec,
            ScheduleSpec.Plateau.InSpec,
        ])
    {
        Reserved = ["assembly", "type"],
    };
}
