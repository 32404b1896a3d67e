using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Troubles;

/// <summary>Looks now and then whether this silo could write a checkpoint, and says where it could not. A look writes nothing. Thread-safe.</summary>
internal sealed class CheckpointWatch(ICheckpointStore store, SiloTroubles troubles, ObservationOptions options, TimeProvider time) : BackgroundService
{
    private readonly Lock _looking = new();

    /// <summary>Looks now. On the pool: a file system that is away may not answer for long.</summary>
    public Task Look() => Task.Run(() =>
    {
        lock (_looking)
        {
            troubles.Set(TroubleKind.Checkpoints, store.Problem()?.TrimEnd('.'));
        }
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CheckpointsEvery, time);
        do
        {
            await Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
