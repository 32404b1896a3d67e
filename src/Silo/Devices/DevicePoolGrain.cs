using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Devices;

[GrainType("pool"), KeepAlive]
internal sealed class DevicePoolGrain(ISiloHealth silos, ILogger<DevicePoolGrain> log) : Grain, IDevicePoolGrain
{
    /// <summary>How often silos that died are looked for, and experiments that should leave a silo are told again.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly DevicePool _pool = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_ => LookAround(), Period, Period);
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
        if (answer.Granted.Count > 0)
        {
            WakeNext();
        }

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
        var gone = _pool.Silos.Where(silo => silos.IsDead(silo.Address)).Select(silo => silo.Address).ToArray();
        if (Array.FindAll(gone, _pool.Forget).Length > 0)
        {
            WakeNext();
        }

        TellToLeave();
        return Task.CompletedTask;
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

    /// <summary>Not awaited: the coordinator may be in a call to this grain. If the word is lost, it is said again before long.</summary>
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
