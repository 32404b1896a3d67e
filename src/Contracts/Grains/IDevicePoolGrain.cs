using Sheaf.Contracts.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// The devices of the cluster, and the queue of experiments that wait for them (one grain, key <see cref="Key"/>). First come, first served; all devices of an experiment at once.
/// Keeps nothing on a store: silos say again and again what they have and who is on it.
/// </summary>
[Alias("sheaf.IDevicePoolGrain")]
public interface IDevicePoolGrain : IGrainWithStringKey
{
    const string Key = "pool";

    /// <summary>A silo's devices, and who is on them by its own account.</summary>
    [Alias("Announce")]
    Task Announce(SiloInfo silo);

    /// <summary>Devices at once, or a place in the queue.</summary>
    [Alias("Request")]
    Task<DeviceAnswer> Request(DeviceRequest request);

    /// <summary>Gives back all devices, and the place in the queue.</summary>
    [Alias("Release")]
    Task Release(string experimentId);

    [Alias("Describe")]
    Task<IReadOnlyList<SiloInfo>> Describe();
}
