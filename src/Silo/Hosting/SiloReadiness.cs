using Sheaf.Api.Health;
using Sheaf.Silo.Devices;

namespace Sheaf.Silo.Hosting;

/// <summary>A silo should get calls as long as it is an active member of its cluster, by its own knowledge, and does not leave it.</summary>
internal sealed class SiloReadiness(
    StartUp start, DrainStatus drain, IClusterMembershipService membership, ILocalSiloDetails silo, LocalDevices devices) : IReadiness
{
    public string? Obstacle => drain.Leaves ? "it leaves the cluster"
        : !start.IsDone ? "it is starting"
        : membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress) is var status and not SiloStatus.Active
            ? $"it is {status.ToString().ToLowerInvariant()} in its cluster"
        : null;

    public string Summary
    {
        get
        {
            var active = membership.CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Active);
            return $"{active} {(active == 1 ? "silo" : "silos")}, {devices.All.Count} {(devices.All.Count == 1 ? "device" : "devices")} here";
        }
    }
}
