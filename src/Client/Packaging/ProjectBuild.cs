using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

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

        var output = Path.Combine(Path.GetTempPath(), $"sheaf-{Guid.NewGuid():N}");
        try
        {
            var (code, lines) = await PublishAsync(project, output, host, cancellation);
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
            if (Directory.Exists(output))
            {
                Directory.Delete(output, recursive: true);
            }
        }
    }

    private static async Task<(int Code, List<string> Lines)> PublishAsync(string project, string output, ClientHost host, CancellationToken cancellation)
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
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
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
