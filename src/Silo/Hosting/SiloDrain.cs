using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Hosting;

/// <summary>
/// Empties this silo before it stops: its workers leave at their next until, and its coordinators go on on other silos, so that nobody is lost and nothing
/// recovers. Where no other silo is there to take over, the runs write a checkpoint and wait in the queue.
/// </summary>
internal sealed class SiloDrain(
    SiloOptions options,
    ILocalSiloDetails silo,
    IClusterMembershipService membership,
    DeviceHost host,
    CoordinatorPlaces places,
    DrainStatus status,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<SiloDrain> log)
{
    private readonly string _own = silo.SiloAddress.ToParsableString();

    /// <summary>Ends when nothing is left here that another silo would miss, or after <paramref name="limit"/>. Never fails.</summary>
    public async Task Run(TimeSpan limit)
    {
        status.Leaves = true;
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(options.Membership.DrainEvery, time);
        while (await Left() is { } left)
        {
            if (time.GetElapsedTime(began) >= limit)
            {
                log.LogWarning("After {Seconds:0} s the silo is still not empty, and stops all the same: {Left}.", limit.TotalSeconds, left);
                return;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        log.LogInformation("No worker and no coordinator is left here after {Seconds:0.0} s.", time.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>
    /// What is still here, for a person; null: nothing. Each look asks all of it to leave, because a coordinator that was asked may have moved since.
    /// </summary>
    private async Task<string?> Left()
    {
        try
        {
            var pool = grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);
            var self = await pool.Drain(options.Name, drain: true);
            var others = Others(await pool.Describe());
            var led = others.Length == 0 ? [] : places.Here;
            await Task.WhenAll(led.Index().Select(each => grains.GetGrain<ICoordinatorGrain>(each.Item).HandOver(_own, others[each.Index % others.Length])));
            var needed = await Needed();
            return led.Count > 0 ? $"it coordinates {string.Join(", ", led)}"
                : needed.Count > 0 ? $"{string.Join(", ", needed)} has workers here, or copies its state from here"
                : self is not null && Users(self) is { Length: > 0 } users ? $"{users} has devices here"
                : null;
        }
        catch (Exception e)
        {
            return $"the cluster could not be asked ({FailureText.Of(e)})";
        }
    }

    /// <summary>
    /// The silos that can take over, those that coordinate least first. By the membership: a device pool that has just moved knows only some of them.
    /// </summary>
    private string[] Others(IReadOnlyList<SiloInfo> pooled)
    {
        var known = pooled.ToDictionary(each => each.Address);
        return membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress.ToParsableString())
            .Where(address => address != _own && !(known.TryGetValue(address, out var other) && other.Draining))
            .OrderBy(address => known.TryGetValue(address, out var other) ? other.Coordinates.Count : 0)
            .ToArray();
    }

    private static string Users(SiloInfo self) =>
        string.Join(", ", self.Devices.Select(device => device.ExperimentId).OfType<string>().Distinct(StringComparer.Ordinal));

    private async Task<IReadOnlyList<string>> Needed()
    {
        var known = host.Known;
        var needs = await Task.WhenAll(known.Select(id => grains.GetGrain<ICoordinatorGrain>(id).Needs(_own)));
        return known.Where((_, place) => needs[place]).ToArray();
    }
}
