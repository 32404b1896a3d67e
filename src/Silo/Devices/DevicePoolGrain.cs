using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Silo.Devices;

[GrainType("pool"), KeepAlive]
internal sealed class DevicePoolGrain(
    ISiloHealth silos, SiloMeters meters, DevicePoolOptions options, TimeProvider time, ILogger<DevicePoolGrain> log) : Grain, IDevicePoolGrain
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private GrantRecovery _recovery = null!;
    private DevicePool _pool = null!;
    private int _looks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _recovery = new(options.GrantsWithin, time);
        _pool = new(_recovery);

        // Looks for silos that died, and tells experiments again that should leave a silo.
        this.RegisterGrainTimer(_ => LookAround(), TimeSpan.Zero, options.LookEvery);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meters.Queue(null);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SiloInfo>> Announce(SiloInfo silo)
    {
        _pool.Announce(silo);
        WakeNext();
        return Task.FromResult(_pool.Silos);
    }

    public Task<DeviceAnswer> Request(DeviceRequest request)
    {
        var answer = _pool.Request(request);
        WakeNext();
        return Task.FromResult(answer);
    }

    public Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices)
    {
        _pool.Hold(experimentId, devices);
        WakeNext();
        return Task.CompletedTask;
    }

    public Task Release(string experimentId)
    {
        _pool.Release(experimentId);
        WakeNext();
        return Task.CompletedTask;
    }

    public Task<SiloInfo?> Drain(string silo, bool drain)
    {
        var known = _pool.Drain(silo, drain);
        TellToLeave();
        return Task.FromResult(known);
    }

    public Task<IReadOnlyList<SiloInfo>> Describe() => Task.FromResult(_pool.Silos);

    private Task LookAround()
    {
        var gone = _pool.Addresses.Where(silos.IsDead).ToArray();
        Array.ForEach(gone, address => _pool.Forget(address));
        if (!_recovery.IsListed)
        {
            _ = Ask("The list of experiments", ListHolders);
        }

        // Whoever does not answer holds up nobody any more once the recovery is over, and need not be asked so often then.
        if (!_recovery.IsOver || gone.Length > 0 || _looks++ % options.ListEvery == 0)
        {
            foreach (var experiment in _recovery.Missing)
            {
                _ = Ask(experiment, () => AskHolder(experiment));
            }
        }

        WakeNext();
        TellToLeave();
        meters.Queue(_pool.Waiting);
        return Task.CompletedTask;
    }

    private async Task ListHolders()
    {
        var unfinished = await GrainFactory.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).Unfinished();
        _recovery.List(unfinished.Select(experiment => experiment.Id));
    }

    private async Task AskHolder(string experiment)
    {
        var devices = await GrainFactory.GetGrain<ICoordinatorGrain>(experiment).Devices();
        if (_recovery.IsMissing(experiment))
        {
            _pool.Hold(experiment, devices.Where(device => !silos.IsDead(device.SiloAddress)).ToArray());
        }
    }

    /// <summary>
    /// Not awaited, as the answer may take its time or never come; one question at a time of the same grain. Then there may be something for somebody else.
    /// </summary>
    private async Task Ask(string whom, Func<Task> question)
    {
        if (!_asked.Add(whom))
        {
            return;
        }

        try
        {
            await question();
            if (_recovery.IsOver)
            {
                WakeNext();
            }
        }
        catch (Exception e)
        {
            log.LogWarning("{Whom} could not be asked who has which device, which is tried again: {Reason}", whom, e.Message);
        }
        finally
        {
            _asked.Remove(whom);
        }
    }

    private void TellToLeave()
    {
        foreach (var (experiment, silo) in _pool.ToLeave())
        {
            _ = Tell(experiment, coordinator => coordinator.Leave(silo));
        }
    }

    private void WakeNext()
    {
        if (_pool.NextToServe() is { } experiment)
        {
            _ = Tell(experiment, coordinator => coordinator.DevicesFreed());
        }
    }

    /// <summary>Not awaited: the coordinator may be in a call to this grain. A call that is lost is repeated before long.</summary>
    private async Task Tell(string experiment, Func<ICoordinatorGrain, Task> word)
    {
        try
        {
            await word(GrainFactory.GetGrain<ICoordinatorGrain>(experiment));
        }
        catch (Exception e)
        {
            log.LogWarning("Experiment {Experiment} could not be told of devices, which is tried again: {Reason}", experiment, e.Message);
        }
    }
}
