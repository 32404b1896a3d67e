namespace Sheaf.Client.Running;

/// <summary>Finds the other programs of Sheaf: beside the client, else beside it in a build's output.</summary>
internal static class InstalledProgram
{
    /// <summary>Where a program may be, the first choice first.</summary>
    /// <param name="project">Such as Silo for Sheaf.Silo.dll.</param>
    public static string[] Candidates(string project, string baseDirectory)
    {
        // artifacts/bin/Client/debug has artifacts/bin/Silo/debug as its cousin.
        var (assembly, flavour) = ($"Sheaf.{project}.dll", Path.GetFileName(Path.TrimEndingDirectorySeparator(baseDirectory)));
        return [Path.Combine(baseDirectory, assembly), Path.GetFullPath(Path.Combine(baseDirectory, "..", "..", project, flavour, assembly))];
    }

    /// <summary>The file to run and the arguments that come before the program's own.</summary>
    /// <param name="path">An assembly, or an executable.</param>
    public static (string File, string[] Arguments) Command(string path, Func<string, string?> variable, string? processPath) =>
        path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? (Dotnet(variable, processPath), [path]) : (path, []);

    private static string Dotnet(Func<string, string?> variable, string? processPath)
    {
        if (Path.GetFileName(processPath) == "dotnet")
        {
            return processPath!;
        }

        return variable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, "dotnet")) ? Path.Combine(root, "dotnet") : "dotnet";
    }
}
