namespace Orleans.Runtime.Activations;

/// <summary>Something an activation does between two points at which others may be let in: a request or a timer's tick.</summary>
internal abstract class WorkItem
{
    public virtual bool IsAlwaysInterleave => false;

    public virtual bool IsReadOnly => false;

    /// <summary>Of the call chain that it belongs to; empty when there is none.</summary>
    public virtual Guid ReentrancyId => Guid.Empty;

    /// <summary>Does not throw.</summary>
    public abstract Task Run(Activation activation);

    /// <summary>The activation has ended without doing it.</summary>
    public abstract void Return(Activation activation);

    /// <summary>The activation could not start.</summary>
    public abstract void Reject(Exception reason);
}
