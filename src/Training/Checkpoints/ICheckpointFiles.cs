namespace Sheaf.Training.Checkpoints;

/// <summary>
/// The files of checkpoints, wherever they are. What fails is a <see cref="CheckpointException"/> that says whether they may be away. Thread-safe.
/// </summary>
internal interface ICheckpointFiles
{
    /// <summary>How a file is called in messages.</summary>
    string NameOf(string folder, string file);

    /// <summary>manifest.json as it is.</summary>
    Task<byte[]> ManifestAsync(string folder, CancellationToken cancel);

    /// <summary>Its length is known; it is read from front to back.</summary>
    Task<Stream> OpenAsync(string folder, string file, CancellationToken cancel);
}
