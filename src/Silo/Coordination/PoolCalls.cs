using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>The grain of the device pool. Thread-safe.</summary>
internal sealed class PoolCalls(IGrainFactory grains) : IPoolCalls
{
    public Task<DeviceAnswer> Request(DeviceRequest request) => Pool.Request(request);

    public Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices) => Pool.Hold(experimentId, devices);

    public Task Release(string experimentId) => Pool.Release(experimentId);

    private IDevicePoolGrain Pool => grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);
}
