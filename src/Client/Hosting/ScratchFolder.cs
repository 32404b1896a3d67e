using Sheaf.Client.Failures;

namespace Sheaf.Client.Hosting;

/// <summary>Where temporary files can be: the folder that TMPDIR names may be gone.</summary>
internal static class ScratchFolder
{
    /// <summary>The first that can be written in.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static string Find() => new[] { Path.GetTempPath(), "/tmp", "/var/tmp", "/dev/shm" }.FirstOrDefault(CanWrite)
        ?? throw new CliException(
            ExitCode.BadUsage,
            "there is no folder for temporary files",
            $"tried {Path.GetTempPath()}, /tmp, /var/tmp and /dev/shm",
            "name one that can be written in the variable TMPDIR");

    public static bool CanWrite(string folder)
    {
        try
        {
            var file = Path.Combine(folder, $"sheaf-{Guid.NewGuid():N}");
            File.WriteAllText(file, "");
            File.Delete(file);
            return true;
        }
        catch (Exception no) when (no is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
