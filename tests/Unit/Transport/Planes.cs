using System.Collections.Concurrent;
using System.Net;
using Sheaf.Records;
using Sheaf.Training.Faults;
using Sheaf.Transport;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Links;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>Several data planes of one cluster in this process, each listening on a port of its own.</summary>
internal sealed class Planes : IAsyncDisposable
{
    public const string Experiment = "exp-1";

    private readonly List<DataPlane> _planes = [];
    private readonly List<PeerExchange> _exchanges = [];

    public ConcurrentQueue<string> Log { get; } = new();

    public IReadOnlyList<DataPlane> All => _planes;

    public static async Task<Planes> Start(
        int silos, Func<DataPlaneOptions, DataPlaneOptions>? with = null, TimeProvider? time = null, IFaultInjector? faults = null)
    {
        var planes = new Planes();
        for (var silo = 0; silo < silos; silo++)
        {
            await planes.Add(NameOf(silo), with, time, faults);
        }

        return planes;
    }

    public static string NameOf(int silo) => $"10.0.0.{silo}:11111@7";

    public async Task<DataPlane> Add(
        string silo, Func<DataPlaneOptions, DataPlaneOptions>? with = null, TimeProvider? time = null, IFaultInjector? faults = null)
    {
        var options = new DataPlaneOptions
        {
            ClusterId = "test", Silo = silo, Listen = new(IPAddress.Loopback, 0), Log = Log.Enqueue,
            Links = new() { Heartbeat = TimeSpan.FromMilliseconds(50), Spins = 0 },
        };
        var plane = new DataPlane(with?.Invoke(options) ?? options, time ?? TimeProvider.System, faults ?? NoFaults.Instance);
        _planes.Add(plane);
        await plane.StartAsync();
        return plane;
    }

    public PeerPlan Plan(int silo, IReadOnlyList<ShardRange[]> leases, int length, long generation = 1, int? shards = null) => new(
        Experiment, generation, shards ?? leases.Sum(ranges => ranges.Sum(range => range.Count)), _planes[silo].Silo, 10 * silo,
        leases.Select((ranges, member) => new PeerMember(_planes[member].Silo, _planes[member].EndPoint, ranges)), length);

    /// <summary>Every silo joins one generation.</summary>
    public PeerExchange[] Join(IReadOnlyList<ShardRange[]> leases, int length, long generation = 1)
    {
        var exchanges = leases.Select((_, silo) => Join(silo, leases, length, generation)).ToArray();
        return exchanges;
    }

    public PeerExchange Join(int silo, IReadOnlyList<ShardRange[]> leases, int length, long generation = 1)
    {
        var exchange = _planes[silo].Join(Plan(silo, leases, length, generation));
        _exchanges.Add(exchange);
        return exchange;
    }

    public async ValueTask DisposeAsync()
    {
        _exchanges.ForEach(exchange => exchange.Dispose());
        foreach (var plane in _planes)
        {
            await plane.DisposeAsync();
        }
    }
}
