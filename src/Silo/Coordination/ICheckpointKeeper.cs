using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>The checkpoint store as a coordinator needs it; works off the grain's thread.</summary>
public interface ICheckpointKeeper
{
    /// <summary>Looks for the newest intact checkpoint, and says what is wrong with each newer one.</summary>
    /// <param name="known">Those that the run has, or had and could not be read.</param>
    /// <param name="adoptable">Of those that are on the store and not known, which may be used.</param>
    Task<CheckpointSearch> Find(string experimentId, IReadOnlyList<CheckpointRecord> known, Func<CheckpointRecord, bool> adoptable);

    Task Delete(IReadOnlyList<CheckpointRecord> checkpoints);

    /// <summary>
    /// Deletes what generations below <paramref name="generation"/> left and nobody knows: half-written checkpoints, and whole ones up to <paramref
    /// name="step"/>; never fails.
    /// </summary>
    Task DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known);
}
