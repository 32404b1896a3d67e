using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Cluster;

/// <summary>Puts together what is known of the silos: the membership, the pool's devices, and what silos wrote of themselves. Pure.</summary>
internal static class ClusterView
{
    /// <summary>
    /// By name; of several silos with one name, the living one. A dead one is shown until a silo takes its name, unless it was stopped in order.
    /// </summary>
    public static IReadOnlyList<V1.Silo> Of(ClusterFacts cluster, IReadOnlyList<SiloInfo> pool)
    {
        var silos = new List<V1.Silo>();
        foreach (var namesakes in cluster.Members.GroupBy(member => member.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var member = namesakes.OrderBy(member => member.Status == MemberStatus.Dead).ThenByDescending(member => member.Incarnation).First();
            var place = cluster.Places.FirstOrDefault(place => place.Address == member.Address);
            if (member.Status == MemberStatus.Dead && place is null)
            {
                continue;
            }

            silos.Add(Silo(member, pool.FirstOrDefault(info => info.Address == member.Address), place));
        }

        return silos;
    }

    /// <summary>In the words of `sheaf cluster`.</summary>
    public static string Text(MemberStatus status) => status.ToString().ToLowerInvariant();

    private static V1.Silo Silo(MemberInfo member, SiloInfo? info, SiloPlace? place)
    {
        var silo = new V1.Silo
        {
            Name = member.Name,
            Address = member.Address,
            Status = Text(member.Status),
            Pid = info?.Pid ?? place?.Pid ?? 0,
            Grpc = place?.Grpc ?? info?.ApiEndpoint ?? "",
        };
        if (info is null || member.Status == MemberStatus.Dead)
        {
            return silo;
        }

        if (info.Draining && member.Status == MemberStatus.Active)
        {
            silo.Status = info.Devices.Any(device => device.ExperimentId is not null) ? "draining" : "drained";
        }

        silo.Version = info.Version;
        silo.Troubles.AddRange(info.Troubles);
        silo.Fingerprint = info.Fingerprint;
        silo.Coordinates.AddRange(info.Coordinates);
        silo.Devices.AddRange(info.Devices.Select(device => new V1.Device
        {
            Name = device.Name,
            Model = device.Model,
            MemoryBytes = device.MemoryBytes,
            ExperimentId = device.ExperimentId ?? "",
            Worker = device.Worker,
        }));
        silo.Workers.AddRange(info.Devices.Where(device => device.ExperimentId is not null)
            .Select(device => new V1.SiloWorker { ExperimentId = device.ExperimentId, Worker = device.Worker, Device = device.Name }));
        return silo;
    }
}
