using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;
using Sheaf.Client.Specs;

namespace Sheaf.Client.Packaging;

/// <summary>Builds a user's project with the .NET SDK.</summary>
internal static class ProjectBuild
{
    private const int MostLines = 10;

    /// <summary>Settings that MSBuild would take from variables for properties of the project.</summary>
    private static readonly string[] Foreign = ["Platform", "PLATFORM", "Configuration", "CONFIGURATION", "OutDir", "OutputPath", "TargetFramework",
        "Version", "VERSION"];

    /// <exception cref="CliException">There is no such project, no SDK, or it does not build: the compiler's errors.</exception>
    public static async Task<BuiltPackage> RunAsync(string project, ClientHost host, CancellationToken cancellation)
    {
        if (!File.Exists(project))
        {
            throw new CliException(ExitCode.BadUsage, $"the project {project} does not exist", null,
                $"correct the key project, or make one: {host.Name} new my-model");
        }

        var scratch = ScratchFolder.Find();
        var output = Path.Combine(scratch, $"sheaf-{Guid.NewGuid():N}");
        var home = host.Variable("HOME") is { Length: > 0 } own && ScratchFolder.CanWrite(own) ? null : output + "-home";
        try
        {
            var (code, lines) = await PublishAsync(project, output, Surroundings(scratch, home), host, cancellation);
            if (code != 0)
            {
                var errors = lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Select(line =>
                    line.Trim()).Distinct().Take(MostLines).ToList();
                throw new CliException(
                    ExitCode.BadUsage,
                    $"{project} does not build",
                    string.Join(Environment.NewLine + "  ", errors.Count > 0 ? errors : lines.TakeLast(MostLines)),
                    $"correct it; dotnet build {ShellWord.Quote(project)} says the same");
            }

            return PackageArchive.Of(output);
        }
        finally
        {
            foreach (var made in new[] { output, home }.Where(Directory.Exists))
            {
                Directory.Delete(made!, recursive: true);
            }
        }
    }

    /// <summary>What the SDK takes for granted: a folder for temporary files, and a home that it can write in.</summary>
    private static Dictionary<string, string> Surroundings(string scratch, string? home)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["TMPDIR"] = scratch };
        if (home is not null)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(home);
            }
            else
            {
                Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            (variables["HOME"], variables["DOTNET_CLI_HOME"]) = (home, home);
        }

        return variables;
    }

    private static async Task<(int Code, List<string> Lines)> PublishAsync(
        string project, string output, Dictionary<string, string> variables, ClientHost host, CancellationToken cancellation)
    {
        var (dotnet, _) = InstalledProgram.Command("a.dll", host.Variable, Environment.ProcessPath);
        var start = new ProcessStartInfo(dotnet, ["publish", project, "--configuration", "Release", "--output", output, "--nologo", "--verbosity",
            "quiet", "-p:UseAppHost=false"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        Array.ForEach(Foreign, name => start.Environment.Remove(name));
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception no)
        {
            throw new CliException(ExitCode.BadUsage, $"{project} cannot be built: the .NET SDK is not found", no.Message,
                "install it (https://dotnet.microsoft.com/download), and put dotnet on PATH", no);
        }

        using (process)
        {
            var lines = new List<string>();
            var gate = new Lock();
            DataReceivedEventHandler keep = (_, line) =>
            {
                lock (gate)
                {
                    lines.Add(line.Data ?? "");
                }
            };
            process.OutputDataReceived += keep;
            process.ErrorDataReceived += keep;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode, lines);
        }
    }
}
