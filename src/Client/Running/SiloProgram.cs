using Sheaf.Client.Failures;

namespace Sheaf.Client.Running;

/// <summary>Finds the silo's program: the variable SHEAF_SILO (an assembly, or an executable), else beside the client, else beside it in a build's output.</summary>
internal static class SiloProgram
{
    private const string Assembly = "Sheaf.Silo.dll";

    /// <summary>The file to run and the arguments that come before the silo's own.</summary>
    public static (string File, string[] Arguments) Find(Func<string, string?> variable, string baseDirectory, string? processPath)
    {
        var path = Locate(variable, baseDirectory);
        return path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? (Dotnet(variable, processPath), [path]) : (path, []);
    }

    private static string Locate(Func<string, string?> variable, string baseDirectory)
    {
        if (variable("SHEAF_SILO") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new CliException(ExitCode.BadUsage, $"the silo's program is not at {named}", "that is what the variable SHEAF_SILO says", "build it, or unset SHEAF_SILO");
        }

        // artifacts/bin/Client/debug has artifacts/bin/Silo/debug as its cousin.
        var flavour = Path.GetFileName(Path.TrimEndingDirectorySeparator(baseDirectory));
        string[] candidates = [Path.Combine(baseDirectory, Assembly), Path.GetFullPath(Path.Combine(baseDirectory, "..", "..", "Silo", flavour, Assembly))];
        return candidates.FirstOrDefault(File.Exists) ?? throw new CliException(
            ExitCode.BadUsage, "the silo's program was not found", $"looked for {string.Join(" and ", candidates)}", "build src/Silo, or name it in the variable SHEAF_SILO");
    }

    private static string Dotnet(Func<string, string?> variable, string? processPath)
    {
        if (Path.GetFileName(processPath) == "dotnet")
        {
            return processPath!;
        }

        return variable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, "dotnet")) ? Path.Combine(root, "dotnet") : "dotnet";
    }
}
