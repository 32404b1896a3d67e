namespace Sheaf.Training.Data;

/// <summary>Files of one load of data, in a folder of its own that goes with it. What is mapped stays readable; what the cache keeps is renamed
/// before.</summary>
internal sealed class ScratchSpace : IDisposable
{
    private readonly DataCache _cache;
    private readonly FileStream _held;
    private int _made;

    public ScratchSpace(DataCache cache, string folder)
    {
        (_cache, Folder) = (cache, folder);
        Directory.CreateDirectory(folder);
        _held = new(Path.Combine(folder, DataCache.LockName), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    public string Folder { get; }

    /// <summary>Bytes of one array that are not worth a file.</summary>
    public long InMemory => _cache.InMemory;

    /// <exception cref="MemoryExceededException">So many bytes are more than the machine, or the container, has free.</exception>
    public static void ThrowIfTooMuch(long bytes)
    {
        var memory = GC.GetGCMemoryInfo();
        if (bytes > memory.TotalAvailableMemoryBytes)
        {
            throw new MemoryExceededException($"{bytes:N0} bytes are more than the {memory.TotalAvailableMemoryBytes:N0} that this process may have.");
        }
    }

    public ScratchFile Create() => _cache.CreateFile(Path.Combine(Folder, $"{_made++}"));

    public void Say(string what) => _cache.Say(what);

    public void Dispose()
    {
        _held.Dispose();
        DataCache.Delete(Folder);
    }
}
