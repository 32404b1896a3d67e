using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>The checkpoint store as a coordinator needs it; works off the grain's thread.</summary>
public interface ICheckpointKeeper
{
    Task<(CheckpointRecord? Intact, IReadOnlyList<CheckpointFault> Damaged)> FirstIntact(IReadOnlyList<CheckpointRecord> byStep);

    Task Delete(IReadOnlyList<CheckpointRecord> checkpoints);
}
