namespace Sheaf.Training.Checkpoints;

/// <summary>The folders of a directory of checkpoints: a folder an experiment, and in it one a checkpoint. <paramref name="Root"/> is absolute. Thread-safe.</summary>
internal sealed record CheckpointFolders(string Root)
{
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
            throw new CheckpointException($"No checkpoint can be written to '{folder}': {Reason(exception)} Correct the folder's rights.", folder, exception) { IsAway = true };
        }

        if (!DurableFiles.IsWritable(folder))
        {
            throw new CheckpointException($"No checkpoint can be written to '{folder}': permission denied. Correct the folder's rights.", folder) { IsAway = true };
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

        return DurableFiles.IsWritable(there) ? null : $"No checkpoint can be written to '{Root}': permission denied for '{there}'. Correct its rights, or name another folder with --checkpoints DIR.";
    }

    public static void CheckThere(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"The folder '{folder}', which has the experiment's checkpoints, is not there. Is its file system mounted?", folder) { IsAway = true };
        }
    }

    /// <summary>Without the names of files that nobody but this write knows.</summary>
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

    public string Of(string experimentId)
    {
        if (experimentId.Length is 0 or > 200 || experimentId[0] == '.' || !experimentId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            throw new ArgumentException($"'{experimentId}' is no experiment id: letters, digits, '-', '_' and '.' are allowed, not a '.' at the start.", nameof(experimentId));
        }

        return Path.Combine(Root, experimentId);
    }

    /// <summary>Paths come from requests: nothing outside of the directory is read or deleted.</summary>
    public string Inside(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var experiment = Path.GetDirectoryName(full);
        return experiment is not null && Path.GetDirectoryName(experiment) == Root && CheckpointNames.TryParse(Path.GetFileName(full), out _, out _)
            ? full
            : throw new CheckpointException($"'{path}' is no checkpoint of '{Root}'; one is EXPERIMENT/{CheckpointNames.Of(1200, 3)}.", path);
    }
}
