using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHostedService(
    ISiloLifecycleSubject lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants, ILocalSiloDetails silo, ILogger<SiloHostedService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in participants)
        {
            participant.Participate(lifecycle);
        }

        await lifecycle.OnStart(cancellationToken);
        logger.LogInformation("Silo {Name} has started as {Address}.", silo.Name, silo.SiloAddress);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await lifecycle.OnStop(cancellationToken);
        logger.LogInformation("Silo {Name} has stopped.", silo.Name);
    }
}
