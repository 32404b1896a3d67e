using System.Diagnostics;
using System.Runtime.InteropServices;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Running;

internal sealed partial class SiloProcess : IRunningSilo
{
    private const int SigTerm = 15;

    /// <summary>Longer than a silo's own 30 s for calls in flight.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(45);

    private readonly Process _process;
    private readonly TimeProvider _time;

    public SiloProcess(Process process, string logPath, TimeProvider time)
    {
        _process = process;
        _time = time;
        LogPath = logPath;
        Exited = ExitAsync(process);
    }

    public Uri Server { get; set; } = new("http://127.0.0.1");

    public string LogPath { get; }

    public Task<int> Exited { get; }

    public async Task StopAsync(CancellationToken now)
    {
        if (!Exited.IsCompleted)
        {
            _ = Kill(_process.Id, SigTerm);
        }

        using var tooLong = new CancellationTokenSource(StopWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(now, tooLong.Token);
        try
        {
            await Exited.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    private async Task KillAsync()
    {
        if (!Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Exited;
    }
}
