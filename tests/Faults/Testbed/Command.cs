using System.Diagnostics;

namespace Sheaf.Testbed;

/// <summary>Programs that are run to their end.</summary>
internal static class Command
{
    /// <exception cref="InvalidOperationException">It ended with another code than 0; says what it printed.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await TryAsync(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {code}: {output}");
    }

    public static Task<(int Code, string Output)> TryAsync(string program, params string[] arguments) => TryAsync(program, arguments,
        new Dictionary<string, string>());

    /// <param name="environment">Variables for it alone.</param>
    public static async Task<(int Code, string Output)> TryAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} does not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Runs it through a shell that redirects its output to a file, so that a server that it leaves behind holds no pipe of ours.</summary>
    public static async Task RunToFileAsync(string log, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" >>\"$SHEAF_OUTPUT\" 2>&1 </dev/null", program, .. arguments])
        { WorkingDirectory = "/" };
        start.Environment["SHEAF_OUTPUT"] = log;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "")}");
        }
    }
}
