using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>Which worker computes which shards.</summary>
public static class LeasePlanner
{
    /// <summary>Contiguous ranges in the order of workers, as equal as possible, the larger ones first.</summary>
    /// <param name="shards">1 or more.</param>
    /// <param name="workers">1 to <paramref name="shards"/>.</param>
    public static IReadOnlyList<Lease> Plan(int shards, int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, shards);
        var leases = new Lease[workers];
        var first = 0;
        for (var worker = 0; worker < workers; worker++)
        {
            var count = (shards / workers) + (worker < shards % workers ? 1 : 0);
            leases[worker] = new(worker, new(first, count));
            first += count;
        }

        return leases;
    }

    /// <summary>
    /// Workers on these devices, numbered anew from 0 with their leases. Devices of one silo are next to each other: its workers' shards then form larger
    /// subtrees, and fewer parts travel.
    /// </summary>
    public static IReadOnlyList<WorkerPlace> Places(int shards, IReadOnlyList<DeviceGrant> devices)
    {
        var silos = devices.Select(device => device.SiloAddress).Distinct().ToList();
        var ordered = devices.OrderBy(device => silos.IndexOf(device.SiloAddress)).Take(shards).ToArray();
        return Plan(shards, ordered.Length).Select(lease => new WorkerPlace
        {
            Number = lease.Worker,
            Silo = ordered[lease.Worker].Silo,
            SiloAddress = ordered[lease.Worker].SiloAddress,
            Device = ordered[lease.Worker].Device,
            DataEndpoint = ordered[lease.Worker].DataEndpoint,
            Shards = lease.Shards,
        }).ToArray();
    }

    /// <summary>The device that a worker is on.</summary>
    public static DeviceGrant DeviceOf(WorkerPlace worker) =>
        new() { Silo = worker.Silo, SiloAddress = worker.SiloAddress, Device = worker.Device, DataEndpoint = worker.DataEndpoint };
}
