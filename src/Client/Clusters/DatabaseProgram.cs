using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Running;

namespace Sheaf.Client.Clusters;

/// <summary>Starts Sheaf.Database, which asks a cluster's PostgreSQL: few commands need it, and its driver would weigh on all of them.</summary>
internal static class DatabaseProgram
{
    /// <summary>Its exit codes, beside 0; anything else is a failure of its own.</summary>
    public const int NoConnectionString = 2, NoTables = 3, Refused = 4, NotEmpty = 5;

    /// <param name="question">silos, schema, print, backup or restore; the last two of <paramref name="folder"/>.</param>
    /// <param name="connection">Goes by the environment: a command line is seen by every user of the machine. Null: the question needs none.</param>
    /// <param name="variable">An environment variable, or null.</param>
    /// <returns>Exit code and what it printed: the answer, or why there is none.</returns>
    /// <exception cref="CliException">It is not there, could not be started, or failed in a way that none of its exit codes names.</exception>
    public static async Task<(int Code, string Output)> AskAsync(
        string question, string? connection, Func<string, string?> variable, CancellationToken cancellation, string? folder = null)
    {
        var (file, arguments) = Find(variable);
        string[] asked = folder is null ? [question] : [question, folder];
        var start = new ProcessStartInfo(file, [.. arguments, .. asked]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["SHEAF_CLUSTER"] = connection;
        using var process = Started.Process(start);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode is 0 or NoConnectionString or NoTables or Refused or NotEmpty
                ? (process.ExitCode, output)
                : throw new CliException(
                    ExitCode.RunFailed, $"the program that asks the database ended with exit code {process.ExitCode}", null, "what it wrote is above");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static (string File, string[] Arguments) Find(Func<string, string?> variable)
    {
        var candidates = InstalledProgram.Candidates("Database", AppContext.BaseDirectory);
        return InstalledProgram.Command(
            candidates.FirstOrDefault(File.Exists) ?? throw new CliException(
                ExitCode.BadUsage, "the program that asks the database was not found", $"looked for {string.Join(" and ", candidates)}", "build src/Database"),
            variable, Environment.ProcessPath);
    }
}
