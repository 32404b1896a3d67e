using Sheaf.Client.Failures;

namespace Sheaf.Client.Running;

/// <summary>
/// Finds the silo's program: the variable SHEAF_SILO (an assembly, or an executable), else beside the client, else beside it in a build's output.
/// </summary>
internal static class SiloProgram
{
    /// <summary>The file to run and the arguments that come before the silo's own.</summary>
    public static (string File, string[] Arguments) Find(Func<string, string?> variable, string baseDirectory, string? processPath) =>
        InstalledProgram.Command(Locate(variable, baseDirectory), variable, processPath);

    private static string Locate(Func<string, string?> variable, string baseDirectory)
    {
        if (variable("SHEAF_SILO") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new CliException(
                    ExitCode.BadUsage, $"the silo's program is not at {named}", "that is what the variable SHEAF_SILO says", "build it, or unset SHEAF_SILO");
        }

        var candidates = InstalledProgram.Candidates("Silo", baseDirectory);
        return candidates.FirstOrDefault(File.Exists) ?? throw new CliException(
            ExitCode.BadUsage, "the silo's program was not found", $"looked for {string.Join(" and ", candidates)}",
            "build src/Silo, or name it in the variable SHEAF_SILO");
    }
}
