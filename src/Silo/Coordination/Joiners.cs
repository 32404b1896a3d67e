using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Devices that could join a run and are not among its workers: being prepared, ready, or refused for a while, longer each time. Times are seconds of one
/// monotonic clock. Not thread-safe.
/// </summary>
public sealed class Joiners(CoordinationOptions options)
{
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
        var pause = Math.Min(options.JoinFirstPause.TotalSeconds * Math.Pow(2, failures - 1), options.JoinLongestPause.TotalSeconds);
        _refused[siloAddress] = (failures, now + pause);
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
