namespace Sheaf.Silo.Troubles;

/// <summary>What a trouble is about; of each kind there is one at a time.</summary>
internal enum TroubleKind
{
    /// <summary>The cluster's database takes no writes from this silo.</summary>
    Database,

    /// <summary>The machine's clock is not the database's.</summary>
    Clock,

    /// <summary>No checkpoint can be written where they are kept.</summary>
    Checkpoints,

    /// <summary>A certificate ends soon, or a file of certificates or tokens cannot be used.</summary>
    Security,
}
