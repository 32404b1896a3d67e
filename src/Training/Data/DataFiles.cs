using System.Security.Cryptography;
using System.Text;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The files of one load: opens each, keeps what it was, and compares it with what was recorded.</summary>
/// <param name="cache">Where decoded rows are kept; null: nowhere.</param>
/// <param name="scratch">Room for more than is kept in memory; null: everything is in memory.</param>
/// <param name="remote">Where copies of remote files are; null: there are none.</param>
internal sealed class DataFiles(
    DataFacts? recorded, List<string> problems, CancellationToken cancel, DataCache? cache = null, ScratchSpace? scratch = null, RemoteFiles? remote = null)
{
    private readonly List<DataFile> _files = [];

    /// <summary>Each file once, in the order of reading.</summary>
    public IReadOnlyList<DataFile> All => _files;

    /// <summary>Null: everything is in memory.</summary>
    public ScratchSpace? Scratch => scratch;

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

    /// <summary>
    /// What <paramref name="decode"/> makes of files, or what it made of the same ones before. Files that are not large, or cannot be hashed, are decoded.
    /// </summary>
    /// <param name="settings">What decoding depends on beside the files' contents.</param>
    /// <param name="isLarge">Whether it is worth hashing the files before they are read.</param>
    /// <param name="hash">The files, each with its SHA-256; an exception of files where one cannot be read.</param>
    /// <param name="role">For messages.</param>
    public T? Decoded<T>(
        string settings, bool isLarge, string role, Func<CancellationToken, IReadOnlyList<DataFile>> hash, Func<T?> decode, Func<T, CacheContent> pack,
        Func<CacheEntry, T> unpack)
        where T : class
    {
        if (cache is null || scratch is null || !isLarge || Hashes(hash) is not { } files)
        {
            return decode();
        }

        var key = KeyOf(settings, files);
        if (cache.Find(key) is { } entry)
        {
            foreach (var file in files)
            {
                Keep(file, role);
            }

            return unpack(entry);
        }

        var before = problems.Count;
        var decoded = decode();
        var unchanged = files.All(file => _files.Exists(read => read.Path == file.Path && read.Sha256 == file.Sha256));
        if (decoded is not null && problems.Count == before && unchanged)
        {
            cache.Keep(key, pack(decoded), scratch);
        }

        return decoded;
    }

    /// <summary>As it is on the disk, without a look at what it says.</summary>
    public static DataFile Hash(string path, CancellationToken cancel)
    {
        var mistakes = new List<string>();
        using var reader = DataFileReader.Open(path, "", mistakes, cancel) ?? throw new IOException(string.Join(' ', mistakes));
        return reader.Finish(mistakes);
    }

    /// <summary>Bytes of files that are there.</summary>
    public static long Bytes(IEnumerable<string> paths) => paths.Sum(path => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0);

    private static string KeyOf(string settings, IReadOnlyList<DataFile> files)
    {
        var text = new StringBuilder().Append(DataCache.Version).Append('\0').Append(settings);
        foreach (var file in files)
        {
            text.Append('\0').Append(file.Sha256);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Null where one cannot be read: reading says why.</summary>
    private IReadOnlyList<DataFile>? Hashes(Func<CancellationToken, IReadOnlyList<DataFile>> hash)
    {
        try
        {
            return hash(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
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
