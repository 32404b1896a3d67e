namespace Sheaf.Specs;

/// <summary>The learning rate as a pure function of the step: a factor on the optimizer's rate. Intervals count whole steps or epochs.</summary>
public abstract record ScheduleSpec
{
    /// <summary>Linear warm-up from 0 over this many steps; 0 (the default) for none.</summary>
    public long WarmupSteps { get; init; }

    public sealed record Constant : ScheduleSpec;

    /// <summary>Multiplied by <paramref name="Gamma"/> at every <paramref name="Every"/>.</summary>
    public sealed record Step(Interval Every, double Gamma = 0.1) : ScheduleSpec;

    /// <summary>Half a cosine from 1 down to <paramref name="Final"/> at the last step.</summary>
    public sealed record Cosine(double Final = 0) : ScheduleSpec;
}
