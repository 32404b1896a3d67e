namespace Sheaf.Silo.Troubles;

/// <summary>What a trouble is about; of each kind there is one at a time.</summary>
internal enum TroubleKind
{
    Database,
    Clock,
    Checkpoints,
}
