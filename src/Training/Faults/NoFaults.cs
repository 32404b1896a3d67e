namespace Sheaf.Training.Faults;

/// <summary>Production's injector: every point is passed.</summary>
public sealed class NoFaults : IFaultInjector
{
    public static readonly NoFaults Instance = new();

    private NoFaults()
    {
    }

    public void Hit(FaultPoint point, int worker, long step)
    {
    }
}
