namespace Sheaf.Training.Checkpoints;

/// <summary>The files of checkpoints in a file system. A folder is an absolute path.</summary>
internal sealed class DirectoryFiles : ICheckpointFiles
{
    public string NameOf(string folder, string file) => Path.Combine(folder, file);

    public async Task<byte[]> ManifestAsync(string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, CheckpointManifest.FileName);
        try
        {
            return await File.ReadAllBytesAsync(path, cancel);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            var what = Directory.Exists(folder) ? "has no manifest.json, so its writing never ended" : "does not exist";
            throw new CheckpointException($"The checkpoint '{folder}' {what}.", folder, exception) { IsAway = !Directory.Exists(folder) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{path}' cannot be read: {exception.Message}", folder, exception) { IsAway = true };
        }
    }

    public Task<Stream> OpenAsync(string folder, string file, CancellationToken cancel)
    {
        var path = Path.Combine(folder, file);
        try
        {
            return Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"'{path}' is missing.", folder, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{path}' cannot be read: {exception.Message}", folder, exception) { IsAway = true };
        }
    }
}
