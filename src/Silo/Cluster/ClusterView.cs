using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Cluster;

/// <summary>Puts together what is known of the silos: the membership, the pool's devices, and what silos wrote of themselves. Pure.</summary>
internal static class ClusterView
{
    /// <summary>
    /// By name; of several silos with one name, the living one. A dead one is shown until a silo takes its name, unless it was stopped in order.
    /// </summary>
    public static IReadOnlyList<V1.Silo> Of(ClusterMembershipSnapshot membership, IReadOnlyList<SiloInfo> pool, IReadOnlyList<SiloRecord> records)
    {
        var silos = new List<V1.Silo>();
        foreach (var namesakes in membership.Members.Values.GroupBy(member => member.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var member = namesakes.OrderBy(member => member.Status == SiloStatus.Dead).ThenByDescending(member => member.SiloAddress.Generation).First();
            var record = records.FirstOrDefault(record => record.Address.Equals(member.SiloAddress));
            if (member.Status == SiloStatus.Dead && record is null)
            {
                continue;
            }

            var address = member.SiloAddress.ToParsableString();
            silos.Add(Silo(member, address, pool.FirstOrDefault(info => info.Address == address), record));
        }

        return silos;
    }

    private static V1.Silo Silo(ClusterMember member, string address, SiloInfo? info, SiloRecord? record)
    {
        var status = SiloStatusText.Of(member.Status);
        var silo = new V1.Silo { Name = member.Name, Address = address, Status = status, Pid = info?.Pid ?? record?.Pid ?? 0, Grpc = record?.Grpc ?? info?.ApiEndpoint ?? "" };
        if (info is null || status == "dead")
        {
            return silo;
        }

        if (info.Draining && status == "active")
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
