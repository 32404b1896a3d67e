namespace Sheaf.Training.Faults;

/// <summary>Thrown by an armed fault point that was given no action of its own.</summary>
public sealed class InjectedFaultException(FaultPoint point, int worker, long step)
    : Exception($"Injected fault: {point} of worker {worker} at step {step}.")
{
    public FaultPoint Point { get; } = point;

    public int Worker { get; } = worker;

    public long Step { get; } = step;
}
