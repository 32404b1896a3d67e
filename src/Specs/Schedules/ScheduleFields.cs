using Sheaf.Specs.Schema;
using Sheaf.Specs.Sections;

namespace Sheaf.Specs.Schedules;

/// <summary>The keys that several schedules have.</summary>
internal static class ScheduleFields
{
    /// <summary>A share of a whole.</summary>
    public static readonly NumberType Share = new(0, 1);

    public static readonly NumberType Factor = new(0, 1, openMin: true);

    public static SpecField<long> Warmup { get; } = SpecField<long>.WithDefault(
        "warmup", new WarmupType(), 0,
            "Steps over which the learning rate rises linearly: step k of w, from 0, has the share (k + 1) / w of the schedule's rate.", "500");

    public static SpecField<double> Gamma { get; } = SpecField<double>.WithDefault("gamma", Factor, 0.1, "The factor at each of these points.", "0.5");
}
