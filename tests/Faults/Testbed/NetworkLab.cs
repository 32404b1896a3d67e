namespace Sheaf.Testbed;

/// <summary>
/// A network of its own for each silo: namespaces on one bridge, on which this process has an address too. A cut is silent, as a pulled cable is: the sender keeps a wrong
/// hardware address for the receiver, so that its packets reach nobody.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const string NoOnesHardwareAddress = "02:5e:af:00:00:ff";

    private readonly string _prefix;
    private readonly string _subnet;
    private readonly List<string> _names = [];

    private NetworkLab(string prefix, string subnet) => (_prefix, _subnet) = (prefix, subnet);

    /// <summary>Why there can be none here; null: there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "network namespaces need root";
        }

        var name = $"sheaf-try-{Environment.ProcessId}";
        try
        {
            var (code, output) = await Command.TryAsync("ip", "netns", "add", name);
            if (code != 0)
            {
                return $"'ip netns add' failed: {output.Trim()}";
            }

            await Command.TryAsync("ip", "netns", "del", name);
            return File.Exists("/usr/bin/nsenter") ? null : "there is no nsenter (package util-linux)";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no 'ip' (package iproute2)";
        }
    }

    public static async Task<NetworkLab> CreateAsync()
    {
        var number = Environment.ProcessId % 200;
        var lab = new NetworkLab($"sheaf{number}", $"10.213.{number}");
        await IpAsync($"link add {lab._prefix}br type bridge");
        await IpAsync($"addr add {lab._subnet}.254/24 dev {lab._prefix}br");
        await IpAsync($"link set {lab._prefix}br up");
        return lab;
    }

    /// <summary>Adds a host.</summary>
    /// <returns>Its address, and the path of its namespace.</returns>
    public async Task<(string Address, string Namespace)> AddAsync(string name)
    {
        _names.Add(name);
        var (host, cable) = (Host(name), $"{_prefix}{name}");
        await IpAsync($"netns add {host}");
        await IpAsync($"link add {cable} type veth peer name eth0 netns {host}");
        await IpAsync($"link set {cable} master {_prefix}br up");
        await IpAsync($"-n {host} addr add {Address(name)}/24 dev eth0");
        await IpAsync($"-n {host} link set eth0 up");
        await IpAsync($"-n {host} link set lo up");
        return (Address(name), $"/run/netns/{host}");
    }

    /// <summary>Nothing that <paramref name="from"/> sends reaches <paramref name="to"/>; the other direction is as it was.</summary>
    public Task CutAsync(string from, string to) => IpAsync($"-n {Host(from)} neigh replace {Address(to)} lladdr {NoOnesHardwareAddress} dev eth0 nud permanent");

    public Task HealAsync(string from, string to) => IpAsync($"-n {Host(from)} neigh del {Address(to)} dev eth0");

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            await Command.TryAsync("ip", "netns", "del", Host(name));
        }

        await Command.TryAsync("ip", "link", "del", $"{_prefix}br");
    }

    private static Task IpAsync(string arguments) => Command.RunAsync("ip", arguments.Split(' '));

    private string Host(string name) => $"{_prefix}-{name}";

    private string Address(string name) => $"{_subnet}.{_names.IndexOf(name) + 1}";
}
