using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Touches every unfinished experiment, at the silo's start and every <see cref="Period"/>: what lost its workers with a silo, or with the whole cluster, goes on by
/// itself. Also as soon as a silo is declared dead. Harmless where it runs already.
/// </summary>
internal sealed class ResumeService(IGrainFactory grains, IClusterMembershipService membership, TimeProvider time, ILogger<ResumeService> log) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(TouchNowAndThen(stoppingToken), TouchAfterDeaths(stoppingToken));
    }

    private async Task TouchNowAndThen(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await TryTouchAll(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>A coordinator that died with its silo, and has no workers elsewhere that would call it, is called from here.</summary>
    private async Task TouchAfterDeaths(CancellationToken stoppingToken)
    {
        var dead = 0;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var now = snapshot.Members.Values.Count(member => member.Status == SiloStatus.Dead);
            if (now > dead)
            {
                await TryTouchAll(stoppingToken);
            }

            dead = now;
        }
    }

    private async Task TryTouchAll(CancellationToken stoppingToken)
    {
        try
        {
            await TouchAll(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Unfinished experiments could not be looked for, which is tried again: {Reason}", e.Message);
        }
    }

    private async Task TouchAll(CancellationToken stoppingToken)
    {
        var index = grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key);
        foreach (var experiment in await index.List())
        {
            stoppingToken.ThrowIfCancellationRequested();
            if (experiment.State is RunState.Completed or RunState.Failed or RunState.Cancelled)
            {
                continue;
            }

            try
            {
                if (await grains.GetGrain<ICoordinatorGrain>(experiment.Id).Touch() is null)
                {
                    // Listed, but its submission never came to an end: whoever submitted it got no answer and will repeat it.
                    await index.Remove(experiment.Id);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning("Experiment {Experiment} could not be resumed, which is tried again: {Reason}", experiment.Id, e.Message);
            }
        }
    }
}
