using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Troubles;

/// <summary>Looks now and then whether this silo could write a checkpoint, and says where it could not. A look writes nothing. Thread-safe.</summary>
internal sealed class CheckpointWatch(ICheckpointStore store, SiloTroubles troubles, ObservationOptions options, TimeProvider time) : BackgroundService
{
    private readonly SemaphoreSlim _looking = new(1);

    /// <summary>Looks now; one look at a time.</summary>
    public async Task Look(CancellationToken cancel = default)
    {
        await _looking.WaitAsync(cancel);
        try
        {
            troubles.Set(TroubleKind.Checkpoints, (await store.ProblemAsync(cancel))?.TrimEnd('.'));
        }
        finally
        {
            _looking.Release();
        }
    }

    public override void Dispose()
    {
        _looking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CheckpointsEvery, time);
        do
        {
            await Look(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
