using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Chooses the workers of the next generation where no worker was lost. Pure.</summary>
public static class ScalingPolicy
{
    /// <summary>Null: as it is now.</summary>
    /// <param name="workers">Now.</param>
    /// <param name="wanted">How many there should be.</param>
    /// <param name="prepared">Devices beside them whose silos have loaded the data.</param>
    /// <param name="leaving">Addresses of silos that are to be taken away.</param>
    public static Reshaping? Next(
        IReadOnlyList<WorkerPlace> workers, int wanted, IReadOnlyList<DeviceGrant> prepared, IReadOnlySet<string> leaving)
    {
        var stay = workers.Where(worker => !leaving.Contains(worker.SiloAddress)).Select(LeasePlanner.DeviceOf).ToList();
        var drained = workers.Where(worker => leaving.Contains(worker.SiloAddress)).Select(worker => worker.Silo).Distinct();
        var causes = drained.Select(silo => $"silo '{silo}' is drained").ToList();
        if (stay.Count > wanted)
        {
            causes.Add($"scaled to {wanted}");
            while (stay.Count > wanted)
            {
                // The silo with the most workers gives one up, so that as many silos as possible keep the state.
                var fullest = stay.GroupBy(device => device.SiloAddress)
                    .OrderByDescending(silo => silo.Count())
                    .ThenByDescending(silo => stay.FindLastIndex(device => device.SiloAddress == silo.Key))
                    .First().Key;
                stay.RemoveAt(stay.FindLastIndex(device => device.SiloAddress == fullest));
            }
        }

        var join = prepared.Where(device => !leaving.Contains(device.SiloAddress)).Take(Math.Max(wanted - stay.Count, 0)).ToArray();
        causes.AddRange(join.GroupBy(device => device.Silo)
            .Select(silo => $"{silo.Count()} {(silo.Count() == 1 ? "worker" : "workers")} of silo '{silo.Key}' joined"));
        return causes.Count == 0 ? null : new Reshaping(stay.Concat(join).ToArray(), string.Join("; ", causes));
    }
}
