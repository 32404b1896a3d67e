namespace Sheaf.Specs;

/// <summary>Written as <c>1 epoch</c>, <c>500 steps</c>; <paramref name="Count"/> is at least 1.</summary>
public readonly record struct Interval(long Count, IntervalUnit Unit)
{
    /// <summary>The distance in steps, given the steps of one epoch.</summary>
    public long InSteps(long stepsPerEpoch) => Unit == IntervalUnit.Epoch ? checked(Count * stepsPerEpoch) : Count;
}
