using System.Diagnostics;
using System.Text.Json;
using Sheaf.Tests.EndToEnd.Client;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>A built program of this repository as a process of its own; killed when disposed.</summary>
internal sealed class SheafProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task _reading;

    private SheafProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, Out), ReadAsync(process.StandardError, Error));
    }

    public WatchedWriter Out { get; } = new();

    public WatchedWriter Error { get; } = new();

    public int Id => _process.Id;

    /// <summary>The last line of standard output, which must be JSON.</summary>
    public JsonElement LastJson => JsonDocument.Parse(Out.Lines[^1]).RootElement;

    public static SheafProcess Client(params string[] arguments) => Start("Client", arguments);

    public static SheafProcess Silo(params string[] arguments) => Start("Silo", arguments);

    /// <summary>
    /// A client, with the silo that it starts, or a silo, each step of which takes some milliseconds: a run that is to be interrupted is not over before that.
    /// </summary>
    public static SheafProcess Slow(string project, params string[] arguments) => Start(project, arguments, ("SHEAF_FAULTS", "before-compute@*:*#*=delay:3"));

    /// <summary>The .NET SDK, as a user calls it in a folder outside of this repository.</summary>
    public static SheafProcess Dotnet(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        })!);

    /// <summary>Where the build put a program: beside this test's own folder.</summary>
    public static string Assembly(string project)
    {
        var folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(folder, "..", "..", project, Path.GetFileName(folder), $"Sheaf.{project}.dll"));
    }

    /// <summary>A program among these variables.</summary>
    public static SheafProcess Among((string Name, string Value)[] variables, string project, params string[] arguments) =>
        Start(project, arguments, variables);

    /// <param name="signal">INT, TERM or KILL.</param>
    /// <param name="processId">Another process than this one, such as a child.</param>
    public async Task SignalAsync(string signal, int? processId = null)
    {
        using var kill = Process.Start("kill", [$"-{signal}", (processId ?? Id).ToString()]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <returns>The exit code, after all output was read.</returns>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);
            await _reading.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It did not end. Standard output:\n{Out.Text}\nStandard error:\n{Error.Text}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading.WaitAsync(Patience, TimeProvider.System);
        _process.Dispose();
    }

    private static SheafProcess Start(string project, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Assembly(project), .. arguments])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = "1";
        start.Environment["SHEAF_NAME"] = "./sheaf";
        start.Environment.Remove("SHEAF_SERVER");
        start.Environment.Remove("SHEAF_CLUSTER");
        start.Environment.Remove("SHEAF_SILO");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SheafProcess(Process.Start(start)!);
    }

    private static async Task ReadAsync(StreamReader from, WatchedWriter to)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
        {
            to.WriteLine(line);
        }
    }
}
