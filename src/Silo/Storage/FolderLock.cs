using System.Globalization;

namespace Sheaf.Silo.Storage;

/// <summary>
/// Holds a data folder, or one silo's part of it, by an open, locked file; the operating system frees it when the process ends, however it ends.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="FolderInUseException">Another process has it.</exception>
    public static FolderLock Take(DataFolder folder)
    {
        Directory.CreateDirectory(folder.Own);
        FileStream file;
        try
        {
            file = new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(folder.LockFile))
        {
            throw new FolderInUseException(folder.Own, HolderOf(folder), e);
        }

        File.WriteAllText(folder.PidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new(file);
    }

    public void Dispose() => _file.Dispose();

    private static string HolderOf(DataFolder folder)
    {
        try
        {
            return $"process {File.ReadAllText(folder.PidFile)}";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
