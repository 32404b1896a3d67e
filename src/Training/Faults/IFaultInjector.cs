namespace Sheaf.Training.Faults;

/// <summary>The product calls it at every <see cref="FaultPoint"/>; thread-safe. An implementation returns, throws, or blocks.</summary>
public interface IFaultInjector
{
    void Hit(FaultPoint point, int worker, long step);
}
