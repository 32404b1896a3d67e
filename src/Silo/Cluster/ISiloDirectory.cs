namespace Sheaf.Silo.Cluster;

/// <summary>Where the cluster's silos are. Thread-safe.</summary>
internal interface ISiloDirectory
{
    /// <summary>This silo; null before it listens.</summary>
    SiloRecord? Self { get; }

    /// <summary>
    /// All that started and were not stopped, dead ones among them, by name. Where the database does not answer within a second: what it said last.
    /// </summary>
    Task<IReadOnlyList<SiloRecord>> All(CancellationToken cancellationToken);
}
