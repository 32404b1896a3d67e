using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Devices;

[GrainType("pool"), KeepAlive]
internal sealed class DevicePoolGrain(ILogger<DevicePoolGrain> log) : Grain, IDevicePoolGrain
{
    private readonly DevicePool _pool = new();

    public Task Announce(SiloInfo silo)
    {
        _pool.Announce(silo);
        WakeNext();
        return Task.CompletedTask;
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

    public Task Release(string experimentId)
    {
        _pool.Release(experimentId);
        WakeNext();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SiloInfo>> Describe() => Task.FromResult(_pool.Silos);

    /// <summary>Not awaited: the coordinator may be in a call to this grain. If the word is lost, the experiment is touched again before long.</summary>
    private void WakeNext()
    {
        if (_pool.NextToServe() is { } experiment)
        {
            _ = Tell(experiment);
        }
    }

    private async Task Tell(string experiment)
    {
        try
        {
            await GrainFactory.GetGrain<ICoordinatorGrain>(experiment).DevicesFreed();
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Experiment {Experiment} could not be told that devices are free; it will ask again.", experiment);
        }
    }
}
