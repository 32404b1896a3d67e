using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Sheaf.Api.Health;

namespace Sheaf.Silo.Hosting;

/// <summary>
/// Ends the silo on SIGTERM, SIGINT, SIGQUIT and SIGHUP (which does not come under nohup): one of a cluster drains first. Another signal while it does ends
/// the process at once, as SIGKILL does.
/// </summary>
internal sealed class SignalLifetime(
    SiloOptions options,
    StartUp start,
    IHostApplicationLifetime lifetime,
    IOptions<HostOptions> host,
    IServiceProvider services,
    TimeProvider time,
    ILogger<SignalLifetime> log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Take));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
        {
            _ = Task.Run(Leave);
        }
        else if (context.Signal != PosixSignal.SIGHUP)
        {
            // Whoever ends a session sends SIGTERM and SIGHUP together, and is not in more haste for it.
            log.LogWarning("Another {Signal}: the silo ends at once.", context.Signal);
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }

    private async Task Leave()
    {
        var began = time.GetTimestamp();
        if (options.Cluster is not null && start.IsDone)
        {
            log.LogInformation("Asked to end: workers and coordinators leave for other silos, for {Seconds:0} s at most. Another signal ends it at once.",
                options.DrainTime.TotalSeconds);
            await services.GetRequiredService<SiloDrain>().Run(options.DrainTime);
        }

        host.Value.ShutdownTimeout = options.ShutdownTime - time.GetElapsedTime(began);
        lifetime.StopApplication();
    }
}
