using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Touches every unfinished experiment, at the silo's start and every <see cref="Period"/>: what lost its workers with a silo, or with the whole cluster, goes on by
/// itself. Also as soon as a silo is declared dead. Harmless where it runs already.
/// </summary>
internal sealed class ResumeService(IGrainFactory grains, IClusterMembershipService membership, DeviceHost devices, LedRuns led, TimeProvider time, ILogger<ResumeService> log) : BackgroundService
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

    /// <summary>Coordinators on this silo hear at once that another one has died, and so do those that workers here need; then those that have no workers elsewhere that would call them.</summary>
    private async Task TouchAfterDeaths(CancellationToken stoppingToken)
    {
        var dead = 0;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var now = snapshot.Members.Values.Count(member => member.Status == SiloStatus.Dead);
            if (now > dead)
            {
                devices.SiloDied();
                await Task.WhenAll(led.Ids.Select(id => TryTouch(id, stoppingToken)));
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
        var all = await grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).List();
        foreach (var experiment in all.Where(experiment => experiment.State is not (RunState.Completed or RunState.Failed or RunState.Cancelled)))
        {
            await TryTouch(experiment.Id, stoppingToken);
        }
    }

    private async Task TryTouch(string id, CancellationToken stoppingToken)
    {
        stoppingToken.ThrowIfCancellationRequested();
        try
        {
            if (await grains.GetGrain<ICoordinatorGrain>(id).Touch() is null)
            {
                // Listed, but its submission never came to an end: whoever submitted it got no answer and will repeat it.
                await grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).Remove(id);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Experiment {Experiment} could not be resumed, which is tried again: {Reason}", id, e.Message);
        }
    }
}
