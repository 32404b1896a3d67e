using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Goes, once the silo has started, through what finding a coordinator needs, for an experiment that does not exist: its place, its activation, its record, its workers' answers. What runs for
/// the first time is compiled first, and in a recovery every experiment would wait for that.
/// </summary>
internal sealed class Rehearsal(IGrainFactory grains, ILocalSiloDetails silo, IHostApplicationLifetime lifetime, ILogger<Rehearsal> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);

        // No experiment's: its name could not be submitted.
        var nobody = $"rehearsal of {silo.Name}";
        try
        {
            await grains.GetGrain<ICoordinatorGrain>(nobody).Touch();
            await grains.GetGrain<ICoordinatorGrain>(nobody).Health();
            await grains.GetGrain<IExperimentGrain>(nobody).Describe();
            await grains.GetGrain<IWorkerGrain>(IWorkerGrain.KeyOf(nobody, 0, silo.SiloAddress.ToParsableString())).Survey(0, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogDebug(e, "The rehearsal of a recovery came to an early end");
        }
    }
}
