using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>What a look at an experiment's checkpoints found.</summary>
/// <param name="Intact">The newest whose every file is intact; null: none.</param>
/// <param name="Damaged">Newer ones that were torn or altered, and what is wrong with each.</param>
/// <param name="Away">Newer ones that are not there or cannot be read, which says nothing of their bytes.</param>
/// <param name="Unusable">Whole ones on the store that the run does not know and may not use.</param>
public sealed record CheckpointSearch(
    CheckpointRecord? Intact,
    IReadOnlyList<(CheckpointRecord Record, string Problem)> Damaged,
    IReadOnlyList<(CheckpointRecord Record, string Problem)> Away,
    IReadOnlyList<CheckpointRecord> Unusable);
