using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

namespace Sheaf.Client.Clusters;

/// <summary>Runs PostgreSQL's programs, as root as the user that Debian's package makes: the server refuses to be root.</summary>
internal static class Tool
{
    public const string DatabaseUser = "postgres";

    // Output goes to a file: a server that stays behind would hold a pipe open. "$0" is the file.
    private const string Script = "exec >\"$0\" 2>&1 </dev/null; exec \"$@\"";

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <returns>Exit code and output.</returns>
    public static async Task<(int Code, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var output = Path.Combine(ScratchFolder.Find(), $"sheaf-{Guid.NewGuid():N}.out");
        try
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", Script, output, .. command]) { WorkingDirectory = "/" };
            // Set for other databases and other clients: none of them is meant for this one.
            foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal) || name is "LANG" or "LANGUAGE"
                || name.StartsWith("LC_", StringComparison.Ordinal)).ToList())
            {
                start.Environment.Remove(variable);
            }

            using var process = Started.Process(start);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, (await File.ReadAllTextAsync(output, cancellation)).Trim());
        }
        finally
        {
            File.Delete(output);
        }
    }

    public static Task<(int Code, string Output)> RunAsDatabaseUserAsync(IReadOnlyList<string> command, CancellationToken cancellation) =>
        RunAsync(IsRoot ? ["runuser", "-u", DatabaseUser, "--", .. command] : command, cancellation);

    /// <exception cref="CliException">It failed; its last lines are the reason.</exception>
    public static async Task DemandAsync(string doing, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var (code, output) = await RunAsDatabaseUserAsync(command, cancellation);
        if (code != 0)
        {
            throw new CliException(
                ExitCode.RunFailed,
                $"could not {doing}",
                string.Join('\n', output.Split('\n').TakeLast(8)),
                $"the command was {string.Join(' ', command.Select(ShellWord.Quote))}");
        }
    }
}
