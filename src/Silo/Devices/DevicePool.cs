using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Devices;

/// <summary>
/// The devices of the cluster and who waits for them: first come, first served, all devices of an experiment at once, one experiment a device. What an
/// experiment gets lies on as many silos as there are, so that it survives the loss of one. Not thread-safe.
/// </summary>
public sealed class DevicePool(GrantRecovery recovery)
{
    private readonly SortedDictionary<string, SiloInfo> _silos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeviceGrant>> _grants = new(StringComparer.Ordinal);
    private readonly List<DeviceRequest> _queue = [];
    private readonly HashSet<string> _draining = new(StringComparer.Ordinal);

    /// <summary>The last announcement of each silo, with the pool's own record of which experiment has which device.</summary>
    public IReadOnlyList<SiloInfo> Silos => _silos.Values.Select(silo => silo with
    {
        Draining = _draining.Contains(silo.Address),
        Devices = silo.Devices.Select(device => HolderOf(silo.Address, device.Name) is { } holder
            ? device with { ExperimentId = holder, Worker = _grants[holder].FindIndex(held => Is(held, silo.Address, device.Name)) }
            : device with { ExperimentId = null, Worker = 0 }).ToArray(),
    }).ToArray();

    /// <summary>Experiments that wait for devices.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Addresses of the silos that are known, or that somebody has a device on.</summary>
    public IReadOnlyList<string> Addresses =>
        _silos.Values.Select(silo => silo.Address).Concat(_grants.Values.SelectMany(held => held.Select(grant => grant.SiloAddress))).Distinct().ToArray();

    /// <summary>
    /// Takes in a silo's inventory. At its first word, what it says of who is on its devices is believed until the coordinators say themselves: the pool
    /// may be new. A silo that comes under a name that is known, from another process, takes the place of its predecessor.
    /// </summary>
    public void Announce(SiloInfo silo)
    {
        if (!_silos.TryGetValue(silo.Name, out var known) || known.Address != silo.Address)
        {
            if (known is not null)
            {
                Forget(known.Address);
            }

            foreach (var device in silo.Devices.Where(device => device.ExperimentId is { } user && HolderOf(silo.Address, device.Name) is null
                && (recovery.IsMissing(user) || !_grants.ContainsKey(user))))
            {
                Grants(device.ExperimentId!).Add(Grant(silo, device.Name));
                recovery.Await(device.ExperimentId!);
            }

            if (silo.Draining)
            {
                _draining.Add(silo.Address);
            }
        }

        _silos[silo.Name] = silo;
    }

    /// <summary>
    /// The silo's process is gone: so are its devices. Gives whether it was known. Who has devices is to say so again: a coordinator that was on that silo
    /// may have had no time to give them back.
    /// </summary>
    public bool Forget(string address)
    {
        _draining.Remove(address);
        foreach (var experiment in _grants.Keys.ToArray())
        {
            Take(experiment, grant => grant.SiloAddress == address);
        }

        foreach (var experiment in _grants.Keys)
        {
            recovery.Await(experiment);
        }

        return _silos.Values.FirstOrDefault(silo => silo.Address == address) is { } gone && _silos.Remove(gone.Name);
    }

    /// <summary>Devices, or a place in the queue and why. The same experiment asking again gets the same answer, or a newer one.</summary>
    public DeviceAnswer Request(DeviceRequest request)
    {
        Hear(request.ExperimentId, request.Held);
        foreach (var grant in request.Held.Where(grant => HolderOf(grant.SiloAddress, grant.Device) is null))
        {
            Grants(request.ExperimentId).Add(grant);
        }

        if (_grants.TryGetValue(request.ExperimentId, out var held))
        {
            _queue.RemoveAll(waiting => waiting.ExperimentId == request.ExperimentId);
            if (_queue.Count == 0 && recovery.IsOver)
            {
                held.AddRange(Choose(request, held));
            }

            return Answer(held);
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

        if (place == 0 && recovery.IsOver && Choose(request, []) is { Count: > 0 } chosen)
        {
            _queue.RemoveAt(0);
            _grants.Add(request.ExperimentId, chosen);
            return Answer(chosen);
        }

        return new() { Granted = [], Reason = WhyNot(request, place) };
    }

    /// <summary>What the experiment holds is exactly this.</summary>
    public void Hold(string experimentId, IReadOnlyList<DeviceGrant> devices)
    {
        Hear(experimentId, devices);
        _grants.Remove(experimentId);
        var free = devices.Where(grant => HolderOf(grant.SiloAddress, grant.Device) is null).ToList();
        if (free.Count > 0)
        {
            _grants.Add(experimentId, free);
        }
    }

    /// <summary>Forgets the experiment: its devices are free, its place in the queue is gone.</summary>
    public void Release(string experimentId)
    {
        recovery.Heard(experimentId);
        _grants.Remove(experimentId);
        _queue.RemoveAll(waiting => waiting.ExperimentId == experimentId);
    }

    /// <summary>Takes a silo out of service, or back into it. Null: there is no silo of that name.</summary>
    public SiloInfo? Drain(string name, bool drain)
    {
        if (!_silos.TryGetValue(name, out var silo))
        {
            return null;
        }

        _ = drain ? _draining.Add(silo.Address) : _draining.Remove(silo.Address);
        return Silos.First(known => known.Name == name);
    }

    /// <summary>Experiments that have devices on silos that are to be taken away, with those silos' addresses.</summary>
    public IReadOnlyList<(string ExperimentId, string SiloAddress)> ToLeave() => _grants
        .SelectMany(grant => grant.Value.Select(held => (grant.Key, held.SiloAddress)))
        .Where(place => _draining.Contains(place.SiloAddress))
        .Distinct()
        .ToArray();

    /// <summary>The experiment that would get devices if it asked now; null where there is none.</summary>
    public string? NextToServe() => recovery.IsOver && _queue.Count > 0 && Choose(_queue[0], []).Count > 0 ? _queue[0].ExperimentId : null;

    /// <summary>
    /// A coordinator's word takes the place of what silos said of its experiment, and goes before what they said of one that has still to speak.
    /// </summary>
    private void Hear(string experimentId, IEnumerable<DeviceGrant> devices)
    {
        if (recovery.IsMissing(experimentId))
        {
            _grants.Remove(experimentId);
        }

        recovery.Heard(experimentId);
        foreach (var device in devices)
        {
            if (HolderOf(device.SiloAddress, device.Device) is { } holder && recovery.IsMissing(holder))
            {
                Take(holder, grant => Is(grant, device.SiloAddress, device.Device));
            }
        }
    }

    private void Take(string holder, Predicate<DeviceGrant> which)
    {
        _grants[holder].RemoveAll(which);
        if (_grants[holder].Count == 0)
        {
            _grants.Remove(holder);
        }
    }

    private static bool Is(DeviceGrant grant, string address, string device) => grant.SiloAddress == address && grant.Device == device;

    private static DeviceGrant Grant(SiloInfo silo, string device) =>
        new() { Silo = silo.Name, SiloAddress = silo.Address, Device = device, DataEndpoint = silo.DataEndpoint };

    private DeviceAnswer Answer(List<DeviceGrant> held) => new() { Granted = held.ToArray(), Fingerprint = FingerprintOf(held[0].SiloAddress) };

    private List<DeviceGrant> Grants(string experimentId)
    {
        if (!_grants.TryGetValue(experimentId, out var grants))
        {
            _grants.Add(experimentId, grants = []);
        }

        return grants;
    }

    private string? HolderOf(string address, string device) => _grants.FirstOrDefault(grant => grant.Value.Exists(held => Is(held, address, device))).Key;

    private string FingerprintOf(string address) => _silos.Values.FirstOrDefault(silo => silo.Address == address)?.Fingerprint ?? "";

    /// <summary>Free devices of one fingerprint beside those that are held; empty where there are fewer than the least number.</summary>
    private List<DeviceGrant> Choose(DeviceRequest request, List<DeviceGrant> held)
    {
        var fingerprint = held.Count > 0 && request.Fingerprint is null ? null : request.Fingerprint;
        var best = new List<DeviceGrant>();
        foreach (var kind in Suitable(request with { Fingerprint = fingerprint }).GroupBy(silo => silo.Fingerprint, StringComparer.Ordinal))
        {
            var chosen = Spread(kind, request, held);
            if (held.Count + chosen.Count >= request.Min && chosen.Count > best.Count)
            {
                best = chosen;
            }
        }

        return best;
    }

    /// <summary>One device at a time, each from the silo on which the experiment has the fewest.</summary>
    private List<DeviceGrant> Spread(IEnumerable<SiloInfo> silos, DeviceRequest request, List<DeviceGrant> held)
    {
        var free = silos.ToDictionary(silo => silo, silo => new Queue<string>(silo.Devices.Select(device => device.Name).Where(device =>
            HolderOf(silo.Address, device) is null && !request.Refused.Contains(silo.Address))));
        var used = free.Keys.ToDictionary(silo => silo, silo => held.Count(grant => grant.SiloAddress == silo.Address));
        var chosen = new List<DeviceGrant>();
        while (held.Count + chosen.Count < request.Max
            && free.Where(silo => silo.Value.Count > 0).OrderBy(silo => used[silo.Key]).ThenByDescending(silo => silo.Value.Count).Select(silo => silo.Key)
            .FirstOrDefault() is { } next)
        {
            chosen.Add(Grant(next, free[next].Dequeue()));
            used[next]++;
        }

        return chosen;
    }

    private IEnumerable<SiloInfo> Suitable(DeviceRequest request) =>
        _silos.Values.Where(silo => !_draining.Contains(silo.Address) && (request.Fingerprint is null || silo.Fingerprint == request.Fingerprint));

    private string WhyNot(DeviceRequest request, int place)
    {
        var all = _silos.Values.Where(silo => !_draining.Contains(silo.Address)).Sum(silo => silo.Devices.Count);
        var suitable = Suitable(request).Sum(silo => silo.Devices.Count);
        if (suitable < request.Min)
        {
            return suitable == all
                ? $"needs {Devices(request.Min)}, the cluster has {all}; start a silo with more devices"
                : $"needs {Devices(request.Min)} of the fingerprint that it began with ({request.Fingerprint}), the cluster has {suitable}; start such a silo, "
                    + "or submit with 'bits: relaxed'";
        }

        if (!recovery.IsOver)
        {
            return "waits until the device pool, which has just begun anew, has heard who has which device";
        }

        var holders = string.Join(", ", _grants.OrderBy(grant => grant.Key, StringComparer.Ordinal).Select(grant => $"'{grant.Key}' has {grant.Value.Count}"));
        var free = Suitable(request).Sum(silo => silo.Devices.Count(device => HolderOf(silo.Address, device.Name) is null));
        var reason = $"waits for {Devices(request.Min)}: {free} of {suitable} free";
        reason += holders.Length > 0 ? $", {holders}" : "";
        return place > 0 ? $"{reason}; {place} before it in the queue" : reason;
    }

    private static string Devices(int count) => count == 1 ? "1 device" : $"{count} devices";
}
