using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// The devices of the cluster, and the queue of experiments that wait for them (one grain, key <see cref="Key"/>). First come, first served; all devices of an
/// experiment at once. Keeps nothing on a store: silos say again and again what they have and who is on it.
/// </summary>
[Alias("sheaf.IDevicePoolGrain")]
public interface IDevicePoolGrain : IGrainWithStringKey
{
    const string Key = "pool";

    /// <summary>A silo's devices, and who is on them by its own account. Gives all silos that the pool knows: the data plane links to them.</summary>
    [Alias("Announce")]
    Task<IReadOnlyList<SiloInfo>> Announce(SiloInfo silo);

    /// <summary>The devices that an experiment has, no others; what else was granted to it is free again.</summary>
    [Alias("Hold")]
    Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices);

    /// <summary>
    /// Takes a silo (by name) out of service, or, with <paramref name="drain"/> false, back into it. Its experiments are told to leave. Null: no such silo.
    /// </summary>
    [Alias("Drain")]
    Task<SiloInfo?> Drain(string silo, bool drain);

    /// <summary>Devices at once, or a place in the queue.</summary>
    [Alias("Request")]
    Task<DeviceAnswer> Request(DeviceRequest request);

    /// <summary>Gives back all devices, and the place in the queue.</summary>
    [Alias("Release")]
    Task Release(string experimentId);

    [Alias("Describe")]
    Task<IReadOnlyList<SiloInfo>> Describe();
}
