using System.Diagnostics;
using System.Text.Json;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Packaging;
using Sheaf.Client.Running;
using Sheaf.Client.Specs;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Describing;

/// <summary>Has the silo's program read the rows of a spec, in a process that lives as long as that takes. No server takes part.</summary>
internal static class DataReader
{
    private const string Verb = "describe-data";

    /// <param name="host">Knows where the program is.</param>
    /// <param name="spec">Whose rows are read; where they are those of a class of the user's own, its project is built already.</param>
    /// <param name="which">Train, Validation or Test.</param>
    /// <param name="pictures">At most so many.</param>
    /// <param name="png">Absolute; null: no files.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CliException">The data cannot be used; all problems.</exception>
    public static async Task<DataDescription> DescribeAsync(
        ClientHost host, SpecFile spec, string which, int pictures, string? png, CancellationToken cancellation)
    {
        using var packages = new UnpackedPackages(spec.Packages);
        var (file, arguments) = SiloProgram.Find(host.Variable, AppContext.BaseDirectory, Environment.ProcessPath);
        var start = new ProcessStartInfo(file, [.. arguments, Verb, spec.BasePath, which, $"{pictures}", png ?? "", packages.Folder])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Started.Process(start);
        try
        {
            var answer = process.StandardOutput.ReadToEndAsync(cancellation);
            await SendAsync(process, spec.Yaml, cancellation);
            var text = await answer;
            await process.WaitForExitAsync(cancellation);
            return Understood(process.ExitCode, text, spec);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task SendAsync(Process process, string yaml, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(yaml.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; its exit code says more.
        }
    }

    private static DataDescription Understood(int exitCode, string text, SpecFile spec)
    {
        if (exitCode != 0)
        {
            throw new CliException(ExitCode.RunFailed, $"the program that reads the data ended with exit code {exitCode}", null, "what it wrote is above");
        }

        var answer = JsonSerializer.Deserialize<DescribedData>(text)!;
        return answer.Description ?? throw new CliException(
            ExitCode.BadUsage,
            $"the data of {spec.Path} cannot be used",
            string.Join('\n', answer.Problems),
            "correct the data, or the spec, then run it again");
    }
}
