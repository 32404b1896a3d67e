using Sheaf.Records;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// A checkpoint found on the store: either its <paramref name="Record"/>, or the <paramref name="Problem"/> of its manifest. Its files have not been looked at.
/// </summary>
public sealed record CheckpointEntry(string Path, CheckpointRecord? Record, string? Problem);
