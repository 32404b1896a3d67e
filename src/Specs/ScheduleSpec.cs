namespace Sheaf.Specs;

/// <summary>
/// The learning rate as a pure function of the step: a factor on the optimizer's rate. Each schedule stands, with its keys in a spec and its formula, in a file
/// of its own.
/// </summary>
public abstract partial record ScheduleSpec
{
    /// <summary>Linear warm-up from 0 over this many steps; 0 (the default) for none.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The factor at a step, without the warm-up.</summary>
    /// <param name="step">From 0; at most <paramref name="totalSteps"/> - 1.</param>
    public abstract double FactorAt(long step, long stepsPerEpoch, long totalSteps);

    /// <summary>Half a cosine from one value to another.</summary>
    /// <param name="part">How much of the <paramref name="whole"/> way is done.</param>
    private protected static double HalfCosine(double from, double to, double part, double whole) =>
        to + ((from - to) * (1 + Math.Cos(Math.PI * part / whole)) / 2);
}
