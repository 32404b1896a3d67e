namespace Sheaf.Training.Checkpoints;

/// <summary>A checkpoint cannot be written, read or used. The message names the file and what is wrong with it.</summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string message, string path, Exception? cause = null)
        : base(message, cause) => Path = path;

    /// <summary>The checkpoint's folder.</summary>
    public string Path { get; }
}
