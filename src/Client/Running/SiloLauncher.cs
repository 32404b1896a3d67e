using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Surroundings;

namespace Sheaf.Client.Running;

/// <summary>Starts a silo as a child process on free loopback ports.</summary>
internal sealed class SiloLauncher(TimeProvider time, Func<string, string?> variable) : ISiloLauncher
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(15);

    // The shell sends the output to the log, so that it is complete even if this client dies; setsid keeps the terminal's Ctrl-C from the silo, whose
    // end this client decides. Both replace themselves: the process id stays.
    private const string Script = "exec >>\"$0\" 2>&1 </dev/null; if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\"; else exec \"$@\"; fi";

    public async Task<IRunningSilo> StartAsync(SiloOptions options, CancellationToken cancellation)
    {
        var (file, arguments) = SiloProgram.Find(variable, AppContext.BaseDirectory, Environment.ProcessPath);
        Refuse();
        var made = MadeFolders.Make(options);
        var logStart = File.Exists(options.LogPath) ? new FileInfo(options.LogPath).Length : 0;
        var announce = Path.ChangeExtension(options.LogPath, $"{Environment.ProcessId}.announce");
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            ArgumentList = { "-c", Script, options.LogPath, file },
        };
        foreach (var argument in (string[])[.. arguments,
            "--data", options.DataDirectory, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", options.Devices,
            "--announce", announce, "--parent", Environment.ProcessId.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Started.Process(start);
        var silo = new SiloProcess(process, options.LogPath, time);
        try
        {
            silo.Server = await ReadyAsync(silo, options, announce, logStart, cancellation);
            return silo;
        }
        catch (Exception failure)
        {
            await silo.DisposeAsync();
            if (failure is CliException { ExitCode: ExitCode.BadUsage } && logStart == 0)
            {
                made.TakeAway(options.LogPath);
            }

            throw;
        }
        finally
        {
            Forget(announce);
        }
    }

    /// <summary>The programs run here: where they cannot, nothing needs to be tried.</summary>
    private static void Refuse()
    {
        if (Machine.This.Refusal is { } refusal)
        {
            throw new CliException(ExitCode.BadUsage, refusal.TrimEnd('.'));
        }
    }

    private static void Forget(string announce)
    {
        try
        {
            File.Delete(announce);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It lies in the directory of the logs and harms nothing there.
        }
    }

    private async Task<Uri> ReadyAsync(SiloProcess silo, SiloOptions options, string announce, long logStart, CancellationToken cancellation)
    {
        using var tooLong = new CancellationTokenSource(ReadyWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tooLong.Token);
        using var timer = new PeriodicTimer(AskEvery, time);
        try
        {
            while (true)
            {
                var exited = silo.Exited.IsCompleted;
                if (SiloAnnouncement.TryRead(announce) is { } server)
                {
                    return server;
                }

                if (exited)
                {
                    throw SiloFailures.EndedEarly(await silo.Exited, options, logStart);
                }

                await timer.WaitForNextTickAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw SiloFailures.NotReady(ReadyWithin, options, logStart);
        }
    }
}
