using System.IO.Hashing;
using System.Text.Json;

namespace Sheaf.Training.Data;

/// <summary>
/// Rows that were decoded once, in a folder that the processes of a machine share: an entry is a folder named by the SHA-256 of the files and of what decoding
/// depends on. An entry is made under another name and renamed; each of its files is checked before it is used, and a torn entry is made anew. Thread-safe.
/// </summary>
public sealed class DataCache
{
    /// <summary>Of a folder that somebody works in, locked as long as that goes on.</summary>
    internal const string LockName = "lock";

    private const long DefaultInMemory = 64L << 20;
    private const string Description = "entry.json";
    private const string Scratch = "scratch-";

    /// <summary>Of what is decoded, and how: raised when a format's decoded form changes.</summary>
    internal const int Version = 1;

    private readonly string _folder;
    private readonly long _limit;
    private readonly Action<string> _say;
    private readonly TimeProvider _time;

    /// <param name="folder">Is made where it is not there.</param>
    /// <param name="limit">Bytes that are kept: the entries that were not used for the longest time go.</param>
    /// <param name="inMemory">Bytes of an array that stay in memory and are not worth a file. Default 64 MiB.</param>
    /// <param name="say">Is told what a user should know, in a sentence.</param>
    /// <param name="time">Says when an entry was used.</param>
    public DataCache(string folder, long limit, TimeProvider time, long inMemory = DefaultInMemory, Action<string>? say = null) =>
        (_folder, _limit, _time, InMemory, _say) = (Path.GetFullPath(folder), limit, time, inMemory, say ?? (_ => { }));

    /// <summary>Bytes of an array that are not worth a file.</summary>
    public long InMemory { get; }

    /// <summary>How a file to write to is made; for tests of a disk that is full.</summary>
    internal Func<string, ScratchFile> CreateFile { get; init; } = path => new(path);

    internal void Say(string what) => _say(what);

    /// <summary>Room for one load; null, with a sentence, where there is none.</summary>
    internal ScratchSpace? Open()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            foreach (var left in Directory.EnumerateDirectories(_folder, Scratch + "*").Where(IsLeft))
            {
                Delete(left);
            }

            return new(this, Path.Combine(_folder, Scratch + Guid.NewGuid().ToString("N")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _say($"Rows are decoded into memory, as the folder {_folder} (--data-cache) cannot be used: {e.Message}");
            return null;
        }
    }

    /// <summary>Null: it is not there, or is torn and now gone.</summary>
    internal CacheEntry? Find(string key)
    {
        var folder = Path.Combine(_folder, key);
        var description = Path.Combine(folder, Description);
        try
        {
            if (!File.Exists(description))
            {
                return null;
            }

            if (Read(folder, description) is { } entry)
            {
                File.SetLastWriteTimeUtc(description, _time.GetUtcNow().UtcDateTime);
                return entry;
            }

            _say($"What was decoded into {folder} is damaged, and is decoded anew.");
            Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            _say($"What was decoded into {folder} cannot be read, and is decoded anew: {e.Message}");
            Delete(folder);
        }

        return null;
    }

    /// <summary>Keeps it where it is large, if there is room. Files of the content that are in the scratch space are moved.</summary>
    internal void Keep(string key, CacheContent content, ScratchSpace scratch)
    {
        var size = content.Arrays.Sum(array => array.Bytes);
        if (!content.IsLarge)
        {
            return;
        }

        if (size > _limit)
        {
            _say($"The decoded rows take {size:N0} bytes, and the cache in {_folder} keeps at most {_limit:N0}: they are decoded anew next time. Raise "
                + "--data-cache-limit to keep them.");
            return;
        }

        try
        {
            var made = Path.Combine(scratch.Folder, "entry");
            Directory.CreateDirectory(made);
            var arrays = content.Arrays.Select(array => Write(made, array.Name, array.File, array.Pieces)).ToList();
            File.WriteAllText(Path.Combine(made, Description), JsonSerializer.Serialize(new EntryRecord(content.Text, arrays)));
            File.SetLastWriteTimeUtc(Path.Combine(made, Description), _time.GetUtcNow().UtcDateTime);
            if (!Directory.Exists(Path.Combine(_folder, key)))
            {
                Directory.Move(made, Path.Combine(_folder, key));
            }

            Evict(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _say($"The decoded rows are not kept in {_folder}: {e.Message}");
        }
    }

    internal static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else does the same, or it is looked at again next time.
        }
    }

    /// <summary>The one who worked there is gone: the lock goes with a process.</summary>
    private static bool IsLeft(string folder)
    {
        try
        {
            using var held = new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static CacheEntry? Read(string folder, string description)
    {
        var record = JsonSerializer.Deserialize<EntryRecord>(File.ReadAllText(description)) ?? throw new InvalidDataException("It is empty.");
        var arrays = new Dictionary<string, MappedFile?>();
        foreach (var array in record.Arrays)
        {
            var file = array.Bytes == 0 ? null : new MappedFile(Path.Combine(folder, array.Name));
            if ((file?.Length ?? 0) != array.Bytes || HashOf(file is null ? [] : new RowStore<byte>(file).Pieces()) != array.Hash)
            {
                return null;
            }

            arrays.Add(array.Name, file);
        }

        return new(record.Text, arrays);
    }

    private static ArrayRecord Write(string folder, string name, MappedFile? file, Func<IEnumerable<ReadOnlyMemory<byte>>> pieces)
    {
        var path = Path.Combine(folder, name);
        if (file is not null)
        {
            File.Move(file.Path, path);
            return new(name, file.Length, HashOf(pieces()));
        }

        using var written = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        foreach (var piece in pieces())
        {
            written.Write(piece.Span);
        }

        return new(name, written.Length, HashOf(pieces()));
    }

    private static string HashOf(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var hash = new XxHash3();
        foreach (var piece in pieces)
        {
            hash.Append(piece.Span);
        }

        return $"{hash.GetCurrentHashAsUInt64():x16}";
    }

    /// <summary>What is mapped elsewhere stays readable there.</summary>
    private void Evict(string newest)
    {
        var entries = new DirectoryInfo(_folder).EnumerateDirectories().Where(entry => File.Exists(Path.Combine(entry.FullName, Description)))
            .Select(entry => (
                entry.Name,
                Used: File.GetLastWriteTimeUtc(Path.Combine(entry.FullName, Description)),
                Size: entry.EnumerateFiles().Sum(file => file.Length)))
            .OrderByDescending(entry => entry.Name == newest).ThenByDescending(entry => entry.Used).ToList();
        var total = 0L;
        foreach (var (name, _, size) in entries)
        {
            total += size;
            if (total > _limit)
            {
                Delete(Path.Combine(_folder, name));
            }
        }
    }

    private sealed record EntryRecord(string Text, List<ArrayRecord> Arrays);

    private sealed record ArrayRecord(string Name, long Bytes, string Hash);
}
