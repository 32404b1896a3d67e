using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The files of one load: opens each, keeps what it was, and compares it with what was recorded.</summary>
/// <param name="remote">Where copies of remote files are; null: there are none.</param>
internal sealed class DataFiles(DataFacts? recorded, List<string> problems, CancellationToken cancel, RemoteFiles? remote = null)
{
    private readonly List<DataFile> _files = [];

    /// <summary>Each file once, in the order of reading.</summary>
    public IReadOnlyList<DataFile> All => _files;

    /// <summary>Default where the file cannot be opened or <paramref name="parse"/> gives up; problems are added.</summary>
    public T? Read<T>(string path, string role, Func<DataFileReader, T?> parse)
        where T : class
    {
        cancel.ThrowIfCancellationRequested();
        var isRemote = RemotePath.IsOne(path);
        if ((isRemote ? remote?.Find(path, recorded) : path) is not { } at)
        {
            problems.Add($"{role}: '{RemotePath.Shown(path)}' has not been fetched by this silo.");
            return null;
        }

        using var reader = DataFileReader.Open(at, role, problems, cancel);
        if (reader is null)
        {
            return null;
        }

        try
        {
            var parsed = parse(reader);
            Keep(reader.Finish(problems) with { Path = path }, role);
            return parsed;
        }
        catch (OutOfMemoryException)
        {
            problems.Add($"{role}: '{path}' does not fit in the memory of this machine.");
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a library throws is about this file: it is said as such, and no type of the library's leaves this place.
            problems.Add($"{role}: '{path}' cannot be read: {exception.Message}");
            return null;
        }
    }

    /// <summary>Compares files with what the spec says that they are.</summary>
    /// <param name="sha256">In the order of <paramref name="paths"/>; empty: it says nothing.</param>
    public void Demand(string role, IReadOnlyList<string> paths, IReadOnlyList<string> sha256)
    {
        foreach (var (path, expected) in paths.Zip(sha256))
        {
            if (_files.Find(file => file.Path == path) is { } there && there.Sha256 != expected)
            {
                problems.Add($"{role}: '{RemotePath.Shown(path)}' is not the file that the spec names: its SHA-256 is {there.Sha256} ({there.Bytes} bytes), "
                    + $"and not {expected}.");
            }
        }
    }

    /// <summary>A folder that is known by a hash over all that is used of it.</summary>
    public void ReadFolder(string path, string role, Func<CancellationToken, DataFile> read)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            Keep(read(cancel), role);
        }
        catch (OutOfMemoryException)
        {
            problems.Add($"{role}: '{path}' does not fit in the memory of this machine.");
        }
    }

    private void Keep(DataFile file, string role)
    {
        if (_files.Find(other => other.Path == file.Path) is { } before)
        {
            if (before.Sha256 != file.Sha256)
            {
                problems.Add($"{role}: '{file.Path}' changed while it was read (SHA-256 {before.Sha256}, then {file.Sha256}); wait until its writer is done.");
            }

            return;
        }

        _files.Add(file);
        if (recorded is null)
        {
            return;
        }

        var known = recorded.Files.FirstOrDefault(other => other.Path == file.Path);
        if (known is null)
        {
            problems.Add($"{role}: '{file.Path}' is not among the files that were recorded when the experiment was submitted.");
        }
        else if (known.Sha256 != file.Sha256)
        {
            problems.Add($"{role}: '{file.Path}' is not the file that was recorded when the experiment was submitted: its SHA-256 is {file.Sha256} "
                + $"({file.Bytes} bytes), "
                + $"recorded is {known.Sha256} ({known.Bytes} bytes). Put that file back, or submit the experiment anew.");
        }
    }
}
