using Sheaf.Records;

namespace Sheaf.Training.Checkpoints;

/// <summary>What a look at every byte of a checkpoint found. Intact: no problems.</summary>
public sealed record CheckpointVerification
{
    public required string Path { get; init; }

    /// <summary>Null where the manifest cannot be read.</summary>
    public CheckpointRecord? Record { get; init; }

    public IReadOnlyList<CheckpointFile> Files { get; init; } = [];

    /// <summary>One sentence each, naming the file and how it differs.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>It is not there, or cannot be read now: it may be intact.</summary>
    public bool IsAway { get; init; }

    public bool IsIntact => Problems.Count == 0;
}
