namespace Sheaf.Silo.Cluster;

/// <summary>What the cluster's membership says of silos, by their address. Thread-safe.</summary>
public interface ISiloHealth
{
    /// <summary>Declared dead, or of a process that a newer one has replaced. A silo that is not known (yet) is not dead.</summary>
    bool IsDead(string siloAddress);

    /// <summary>For a person: active, joining, dead, unknown, ...</summary>
    string StatusOf(string siloAddress);
}
