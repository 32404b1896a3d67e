using System.Runtime.InteropServices;

namespace Sheaf.Training.Checkpoints;

/// <summary>Files that are on the disk when a method returns, their names included.</summary>
public static partial class DurableFiles
{
    private const int ReadOnly = 0;
    private const int MayWrite = 2;
    private const int MayEnter = 1;

    /// <summary>A new file, for writing; its contents are durable after <see cref="Sync"/>.</summary>
    public static Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);

    public static void Sync(Stream stream)
    {
        stream.Flush();
        (stream as FileStream)?.Flush(flushToDisk: true);
    }

    /// <summary>Makes the names in a folder durable. Where the system cannot do that for folders (Windows), its journal does.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{path}' cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        // Some network file systems refuse it (EINVAL); their rename is durable by itself.
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Whether this process may make files in a folder; asked without making one.</summary>
    public static bool IsWritable(string folder) => OperatingSystem.IsWindows() || Access(folder, MayWrite | MayEnter) == 0;

    /// <summary>How many bytes this process may still write to a folder's disk; very many where its file system does not say.</summary>
    public static long Room(string folder)
    {
        try
        {
            var disk = new DriveInfo(folder);
            return disk.TotalSize > 0 ? disk.AvailableFreeSpace : long.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
