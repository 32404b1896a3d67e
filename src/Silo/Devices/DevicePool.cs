using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Devices;

/// <summary>
/// The devices of the cluster and who waits for them: first come, first served, all devices of an experiment at once, one experiment a device. Not thread-safe.
/// </summary>
public sealed class DevicePool
{
    private readonly SortedDictionary<string, SiloInfo> _silos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeviceGrant>> _grants = new(StringComparer.Ordinal);
    private readonly List<DeviceRequest> _queue = [];

    /// <summary>What the silos said last, with the pool's own word on who has which device.</summary>
    public IReadOnlyList<SiloInfo> Silos => _silos.Values.Select(silo => silo with
    {
        Devices = silo.Devices.Select(device => HolderOf(silo.Name, device.Name) is { } holder
            ? device with { ExperimentId = holder, Worker = _grants[holder].FindIndex(held => held.Silo == silo.Name && held.Device == device.Name) }
            : device with { ExperimentId = null, Worker = 0 }).ToArray(),
    }).ToArray();

    /// <summary>Takes in a silo's inventory. At its first word, what it says of who is on its devices is believed: the pool may be new.</summary>
    public void Announce(SiloInfo silo)
    {
        if (!_silos.ContainsKey(silo.Name))
        {
            foreach (var device in silo.Devices.Where(device => device.ExperimentId is not null && HolderOf(silo.Name, device.Name) is null))
            {
                Grants(device.ExperimentId!).Add(new() { Silo = silo.Name, SiloAddress = silo.Address, Device = device.Name });
            }
        }

        _silos[silo.Name] = silo;
    }

    /// <summary>Devices, or a place in the queue and why. The same experiment asking again gets the same answer, or a newer one.</summary>
    public DeviceAnswer Request(DeviceRequest request)
    {
        if (_grants.TryGetValue(request.ExperimentId, out var held))
        {
            return new() { Granted = held.ToArray(), Fingerprint = FingerprintOf(held[0].Silo) };
        }

        var place = _queue.FindIndex(waiting => waiting.ExperimentId == request.ExperimentId);
        if (place < 0)
        {
            place = _queue.Count;
            _queue.Add(request);
        }
        else
        {
            _queue[place] = request;
        }

        if (place == 0 && Choose(request) is { Count: > 0 } chosen)
        {
            _queue.RemoveAt(0);
            _grants.Add(request.ExperimentId, chosen);
            return new() { Granted = chosen.ToArray(), Fingerprint = FingerprintOf(chosen[0].Silo) };
        }

        return new() { Granted = [], Reason = WhyNot(request, place) };
    }

    /// <summary>Forgets the experiment: its devices are free, its place in the queue is gone.</summary>
    public void Release(string experimentId)
    {
        _grants.Remove(experimentId);
        _queue.RemoveAll(waiting => waiting.ExperimentId == experimentId);
    }

    /// <summary>The experiment that would get devices if it asked now; null where there is none.</summary>
    public string? NextToServe() => _queue.Count > 0 && Choose(_queue[0]).Count > 0 ? _queue[0].ExperimentId : null;

    private List<DeviceGrant> Grants(string experimentId)
    {
        if (!_grants.TryGetValue(experimentId, out var grants))
        {
            _grants.Add(experimentId, grants = []);
        }

        return grants;
    }

    private string? HolderOf(string silo, string device) =>
        _grants.FirstOrDefault(grant => grant.Value.Exists(held => held.Silo == silo && held.Device == device)).Key;

    private string FingerprintOf(string silo) => _silos.TryGetValue(silo, out var info) ? info.Fingerprint : "";

    /// <summary>Free devices of one fingerprint, of the silos that have most of them first; empty where there are fewer than the least number.</summary>
    private List<DeviceGrant> Choose(DeviceRequest request)
    {
        var best = new List<DeviceGrant>();
        foreach (var kind in Suitable(request).GroupBy(silo => silo.Fingerprint, StringComparer.Ordinal))
        {
            var free = kind
                .Select(silo => silo.Devices
                    .Where(device => HolderOf(silo.Name, device.Name) is null)
                    .Select(device => new DeviceGrant { Silo = silo.Name, SiloAddress = silo.Address, Device = device.Name })
                    .ToArray())
                .OrderByDescending(devices => devices.Length)
                .SelectMany(devices => devices)
                .Take(request.Max)
                .ToList();
            if (free.Count >= request.Min && free.Count > best.Count)
            {
                best = free;
            }
        }

        return best;
    }

    private IEnumerable<SiloInfo> Suitable(DeviceRequest request) =>
        _silos.Values.Where(silo => request.Fingerprint is null || silo.Fingerprint == request.Fingerprint);

    private string WhyNot(DeviceRequest request, int place)
    {
        var all = _silos.Values.Sum(silo => silo.Devices.Count);
        var suitable = Suitable(request).Sum(silo => silo.Devices.Count);
        if (suitable < request.Min)
        {
            return suitable == all
                ? $"needs {Devices(request.Min)}, the cluster has {all}; start a silo with more devices"
                : $"needs {Devices(request.Min)} of the fingerprint that it began with ({request.Fingerprint}), the cluster has {suitable}; start such a silo, or submit with 'bits: relaxed'";
        }

        var holders = string.Join(", ", _grants.OrderBy(grant => grant.Key, StringComparer.Ordinal).Select(grant => $"'{grant.Key}' has {grant.Value.Count}"));
        var free = Suitable(request).Sum(silo => silo.Devices.Count(device => HolderOf(silo.Name, device.Name) is null));
        var reason = $"waits for {Devices(request.Min)}: {free} of {suitable} free";
        reason += holders.Length > 0 ? $", {holders}" : "";
        return place > 0 ? $"{reason}; {place} before it in the queue" : reason;
    }

    private static string Devices(int count) => count == 1 ? "1 device" : $"{count} devices";
}
