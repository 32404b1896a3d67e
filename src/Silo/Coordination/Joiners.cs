using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Devices that could join a run and are not among its workers: being prepared, ready, or refused for a while, longer each time. Times are seconds of one
/// monotonic clock. Not thread-safe.
/// </summary>
public sealed class Joiners
{
    /// <summary>Seconds that a silo is left alone after its first failure; doubles with each.</summary>
    public const double FirstBackOff = 2;
    public const double LongestBackOff = 60;

    private readonly Dictionary<DeviceGrant, bool> _devices = [];
    private readonly Dictionary<string, (int Failures, double Until)> _refused = new(StringComparer.Ordinal);

    public IReadOnlyList<DeviceGrant> All => _devices.Keys.ToArray();

    public IReadOnlyList<DeviceGrant> Ready => _devices.Where(device => device.Value).Select(device => device.Key).ToArray();

    public IReadOnlyList<DeviceGrant> Unready => _devices.Where(device => !device.Value).Select(device => device.Key).ToArray();

    public void Add(IEnumerable<DeviceGrant> devices)
    {
        foreach (var device in devices)
        {
            _devices.TryAdd(device, false);
        }
    }

    public void Prepared(DeviceGrant device)
    {
        if (_devices.ContainsKey(device))
        {
            _devices[device] = true;
        }
    }

    /// <summary>The silo could not join, or was lost over a link: it may try again later.</summary>
    public void Refuse(string siloAddress, double now)
    {
        Remove(siloAddress);
        var failures = _refused.GetValueOrDefault(siloAddress).Failures + 1;
        _refused[siloAddress] = (failures, now + Math.Min(FirstBackOff * Math.Pow(2, failures - 1), LongestBackOff));
    }

    public IReadOnlyList<string> RefusedSilos(double now) => _refused.Keys.Where(silo => IsRefused(silo, now)).ToArray();

    public bool IsRefused(string siloAddress, double now) => _refused.TryGetValue(siloAddress, out var refused) && now < refused.Until;

    public void Remove(string siloAddress)
    {
        foreach (var device in _devices.Keys.Where(device => device.SiloAddress == siloAddress).ToArray())
        {
            _devices.Remove(device);
        }
    }

    public void Clear() => _devices.Clear();
}
