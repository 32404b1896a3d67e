namespace Sheaf.Training.Checkpoints;

/// <summary>A checkpoint cannot be written, read or used. The message names the file and what is wrong with it.</summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string message, string path, Exception? cause = null)
        : base(message, cause) => Path = path;

    /// <summary>The checkpoint's folder.</summary>
    public string Path { get; }

    /// <summary>What it names is not there, or cannot be reached, and may be again: nothing says that it is damaged.</summary>
    public bool IsAway { get; init; }
}
