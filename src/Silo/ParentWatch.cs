using System.Diagnostics;

namespace Sheaf.Silo;

/// <summary>Stops the silo when the process that started it is gone, however it ended.</summary>
internal sealed class ParentWatch(SiloOptions options, IHostApplicationLifetime lifetime, ILogger<ParentWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Parent is not { } pid)
        {
            return;
        }

        try
        {
            using var parent = Process.GetProcessById(pid);
            await parent.WaitForExitAsync(stoppingToken);
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }

        log.LogInformation("Process {Parent} is gone: stopping.", pid);
        lifetime.StopApplication();
    }
}
