namespace Sheaf.Silo.Cluster;

/// <summary>A row of the cluster's database that shows whether the database takes writes, and what time it has.</summary>
internal interface IDatabaseBeat
{
    /// <summary>Where the database is, without a password.</summary>
    string Shown { get; }

    /// <summary>Writes to the row of a silo, if it is there, as any write is: it fails where the database takes none.</summary>
    /// <returns>The time by the database's clock.</returns>
    Task<DateTimeOffset> Beat(string name, CancellationToken cancellationToken);
}
