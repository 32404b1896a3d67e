namespace Sheaf.Training.Checkpoints;

/// <summary>A file of a checkpoint as its manifest has it. <paramref name="Sha256"/> in lower-case hexadecimal.</summary>
public sealed record CheckpointFile(string Name, long Bytes, string Sha256);
