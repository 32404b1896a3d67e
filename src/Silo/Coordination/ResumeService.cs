using Sheaf.Contracts.Grains;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Has <see cref="Resumption"/> look for experiments that nobody leads: at the silo's start, as soon as a silo is declared dead and a moment later, and
/// now and then.
/// </summary>
internal sealed class ResumeService : BackgroundService, IResumeCalls
{
    private readonly IGrainFactory _grains;
    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _silo;
    private readonly DeviceHost _devices;
    private readonly CoordinationOptions _options;
    private readonly TimeProvider _time;
    private readonly Resumption _resumption;

    public ResumeService(
        IGrainFactory grains,
        IClusterMembershipService membership,
        ILocalSiloDetails silo,
        DeviceHost devices,
        CoordinatorPlaces places,
        CoordinationOptions options,
        TimeProvider time,
        ILogger<ResumeService> log)
    {
        (_grains, _membership, _silo, _devices, _options, _time) = (grains, membership, silo, devices, options, time);
        _resumption = new(this, places, options.ResumeAtOnce, log);
    }

    public async Task<IReadOnlyList<string>> Unfinished() => (await Index.Unfinished()).Select(experiment => experiment.Id).ToArray();

    public async Task Touch(string experimentId)
    {
        if (await _grains.GetGrain<ICoordinatorGrain>(experimentId).Touch() is null)
        {
            // Listed, but its submission never came to an end: whoever submitted it got no answer and will repeat it.
            await Index.Remove(experimentId);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LookNowAndThen(stoppingToken), LookAfterDeaths(stoppingToken));

    /// <summary>Whether this silo looks for all: the lowest address of the silos that live, so that all of them know who it is without asking.</summary>
    private static bool IsFirst(ClusterMembershipSnapshot members, SiloAddress own)
    {
        var living = members.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);
        return living.Min() is not { } first || first.Equals(own);
    }

    private IExperimentIndexGrain Index => _grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key);

    private async Task LookNowAndThen(CancellationToken stoppingToken)
    {
        await _resumption.Start(stoppingToken);
        using var timer = new PeriodicTimer(_options.ResumeEvery, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await _resumption.Beat(IsFirst(_membership.CurrentSnapshot, _silo.SiloAddress), stoppingToken);
        }
    }

    private async Task LookAfterDeaths(CancellationToken stoppingToken)
    {
        var dead = 0;
        var again = Task.CompletedTask;
        await foreach (var snapshot in _membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var now = snapshot.Members.Values.Count(member => member.Status == SiloStatus.Dead);
            if (now > dead)
            {
                // Workers here tell their coordinator at once, wherever it is now.
                _devices.SiloDied();
                await _resumption.SiloDied(IsFirst(snapshot, _silo.SiloAddress), stoppingToken);
                again = again.IsCompleted ? LookAgain(stoppingToken) : again;
            }

            dead = now;
        }
    }

    private async Task LookAgain(CancellationToken stoppingToken)
    {
        // The cluster tells of deaths, not of the coordinators that it deactivates on healthy silos with them. By now every silo has said which it still has.
        await Task.Delay(_options.ResumeAgain, _time, stoppingToken);
        await _resumption.Beat(IsFirst(_membership.CurrentSnapshot, _silo.SiloAddress), stoppingToken);
    }
}
