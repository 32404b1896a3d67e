namespace Sheaf.Silo.Hosting;

/// <summary>Whether this silo is leaving its cluster: from the signal that ends it until its process is gone. Thread-safe.</summary>
internal sealed class DrainStatus
{
    private volatile bool _leaves;

    public bool Leaves
    {
        get => _leaves;
        set => _leaves = value;
    }
}
