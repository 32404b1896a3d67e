using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>The folders of a directory of checkpoints: a folder an experiment, and in it one a checkpoint. Thread-safe.</summary>
/// <param name="Root">Absolute.</param>
/// <param name="Room">How many bytes a file in a folder may take.</param>
internal sealed record CheckpointFolders(string Root, Func<string, long> Room)
{
    /// <summary>No file takes less.</summary>
    private const long Block = 4096;

    public void Open(string experimentId, bool mayCreate)
    {
        var folder = Of(experimentId);
        try
        {
            if (mayCreate)
            {
                Directory.CreateDirectory(folder);
            }

            CheckThere(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"No checkpoint can be written to '{folder}': {Reason(exception)} Correct the folder's rights.", folder, exception)
            { IsAway = true };
        }

        if (!DurableFiles.IsWritable(folder))
        {
            throw new CheckpointException(
                $"No checkpoint can be written to '{folder}': permission denied. Correct the folder's rights.", folder)
            { IsAway = true };
        }
    }

    public string? Problem()
    {
        var there = Root;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            if (File.Exists(there))
            {
                return $"No checkpoint can be written to '{Root}': '{there}' is a file. Name another folder with --checkpoints DIR.";
            }

            there = above;
        }

        if (!DurableFiles.IsWritable(there))
        {
            return $"No checkpoint can be written to '{Root}': permission denied for '{there}'. Correct its rights, or name another folder with --checkpoints "
                + "DIR.";
        }

        return Room(there) < Block
            ? $"No checkpoint can be written to '{Root}': no space is left on its disk. Free space, or name another folder with --checkpoints DIR."
            : null;
    }

    public static void CheckThere(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException(
                $"The folder '{folder}', which has the experiment's checkpoints, is not there. Is its file system mounted?", folder)
            { IsAway = true };
        }
    }

    /// <summary>The system's message without the name of the temporary file, which would tell a user nothing.</summary>
    public static string Reason(Exception failure)
    {
        var path = failure.Message.IndexOf(" : '", StringComparison.Ordinal);
        return failure is UnauthorizedAccessException ? "permission denied." : path > 0 ? $"{failure.Message[..path]}." : failure.Message;
    }

    public IEnumerable<(string Path, long Step, long Generation)> All(string experimentId)
    {
        var folder = Of(experimentId);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            if (CheckpointNames.TryParse(Path.GetFileName(path), out var step, out var generation))
            {
                yield return (path, step, generation);
            }
        }
    }

    /// <summary>Deletes the files of a folder that match a pattern; returns their paths. Those that cannot be deleted stay.</summary>
    public IReadOnlyList<string> DeleteFiles(string folder, string pattern)
    {
        var deleted = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(Inside(folder), pattern))
            {
                File.Delete(path);
                deleted.Add(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They do not count, and are looked at again.
        }

        return deleted;
    }

    /// <summary>Deletes the folder of an experiment in which nothing is. A run that goes on makes it anew.</summary>
    public void DeleteEmpty(string experimentId)
    {
        var folder = Of(experimentId);
        try
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty folder takes no room.
        }
    }

    public string Of(string experimentId)
    {
        CheckpointNames.CheckExperiment(experimentId);
        return Path.Combine(Root, experimentId);
    }

    /// <summary>
    /// The folder of a checkpoint, whose record may be of a time when checkpoints were elsewhere: experiment and name are the same. Paths come from requests:
    /// nothing outside of the directory is read or deleted.
    /// </summary>
    public string Inside(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(ObjectUrl.IsMeant(path) ? path : Path.GetFullPath(path));
        var experiment = Path.GetDirectoryName(full);
        if (experiment is not null && Path.GetDirectoryName(experiment) == Root && CheckpointNames.TryParse(Path.GetFileName(full), out _, out _))
        {
            return full;
        }

        return CheckpointNames.TailOf(full) is { } tail && !full.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Path.Combine(Root, tail.Experiment, tail.Name)
            : throw new CheckpointException($"'{path}' is no checkpoint of '{Root}'; one is EXPERIMENT/{CheckpointNames.Of(1200, 3)}.", path);
    }
}
