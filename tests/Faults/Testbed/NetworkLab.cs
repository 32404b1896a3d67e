namespace Sheaf.Testbed;

/// <summary>
/// A network of its own for each silo: namespaces on one bridge, on which this process has an address too. A cut is silent, as a pulled cable is: the sender
/// keeps a wrong hardware address for the receiver, so that its packets reach nobody.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const string NoOnesHardwareAddress = "02:5e:af:00:00:ff";

    private readonly LabNumber _number;
    private readonly string _prefix;
    private readonly string _subnet;
    private readonly List<string> _names = [];

    private NetworkLab(LabNumber number) => (_number, _prefix, _subnet) = (number, $"sheaf{number.Value}", $"10.213.{number.Value}");

    /// <summary>Why there can be none here; null: there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "network namespaces need root";
        }

        var name = $"sheaf-try-{Guid.NewGuid():N}";
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

    public static Task<NetworkLab> CreateAsync() => CreateAsync(LabNumber.Claim());

    /// <summary>Clears what an earlier owner of the number left when it was killed. The number is this one's from now on.</summary>
    public static async Task<NetworkLab> CreateAsync(LabNumber number)
    {
        var lab = new NetworkLab(number);
        try
        {
            await lab.ClearAsync();
            await IpAsync($"link add {lab._prefix}br type bridge");
            await IpAsync($"addr add {lab._subnet}.254/24 dev {lab._prefix}br");
            await IpAsync($"link set {lab._prefix}br up");
            return lab;
        }
        catch
        {
            number.Dispose();
            throw;
        }
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
    public Task CutAsync(string from, string to) =>
        IpAsync($"-n {Host(from)} neigh replace {Address(to)} lladdr {NoOnesHardwareAddress} dev eth0 nud permanent");

    public Task HealAsync(string from, string to) => IpAsync($"-n {Host(from)} neigh del {Address(to)} dev eth0");

    public async ValueTask DisposeAsync()
    {
        await ClearAsync();
        _number.Dispose();
    }

    // Both lists are asked: a namespace lives on without its name as long as a process is in it, and its cable with it.
    private async Task ClearAsync()
    {
        foreach (var host in await NamesAsync($"{_prefix}-", "netns", "list"))
        {
            await Command.TryAsync("ip", "netns", "del", host);
        }

        foreach (var link in (await NamesAsync(_prefix, "-brief", "link", "show")).Where(l => !char.IsAsciiDigit(l[_prefix.Length])))
        {
            await Command.TryAsync("ip", "link", "del", link);
        }
    }

    private static async Task<string[]> NamesAsync(string prefix, params string[] arguments) =>
        [
            .. (await Command.RunAsync("ip", arguments)).Split('\n')
                .Select(line => line.Split(' ', '@')[0])
                .Where(name => name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal)),
        ];

    private static Task IpAsync(string arguments) => Command.RunAsync("ip", arguments.Split(' '));

    private string Host(string name) => $"{_prefix}-{name}";

    private string Address(string name) => $"{_subnet}.{_names.IndexOf(name) + 1}";
}
