using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Running;

/// <summary>The folders that a silo needs before it starts, those of them that were made for it.</summary>
internal sealed class MadeFolders
{
    private readonly List<string> _made = [];

    private MadeFolders()
    {
    }

    /// <exception cref="CliException">They cannot be made, or nothing can be written in them.</exception>
    public static MadeFolders Make(SiloOptions options)
    {
        var folders = new MadeFolders();
        var logs = Path.GetDirectoryName(options.LogPath)!;
        try
        {
            if (File.Exists(options.DataDirectory))
            {
                throw new IOException($"{options.DataDirectory} is a file, no directory");
            }

            for (var folder = logs; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            {
                folders._made.Add(folder);
            }

            Directory.CreateDirectory(logs);

            // The shell that writes the log would say so in words of its own, and nobody would see them.
            using (new FileStream(options.LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            {
                return folders;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.BadUsage, $"the data directory {options.DataDirectory} cannot be used", failure.Message, "name another with --data DIR", failure);
        }
    }

    /// <summary>A silo that refused its command line leaves nothing: neither its log, which was shown, nor empty folders.</summary>
    public void TakeAway(string log)
    {
        try
        {
            File.Delete(log);
            foreach (var folder in _made.TakeWhile(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // Somebody else has put something there.
        }
    }
}
