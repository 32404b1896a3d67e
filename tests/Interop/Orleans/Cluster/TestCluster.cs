using Orleans.Configuration;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>Silos of one cluster in this process.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Of a test, in milliseconds: much longer than it takes on a busy machine.</summary>
    public const int Patience = 120_000;

    private readonly string _connectionString;
    private readonly Action<ISiloBuilder>? _configure;
    private readonly List<ClusterSilo> _silos = [];

    private TestCluster(string connectionString, Action<ISiloBuilder>? configure)
    {
        _connectionString = connectionString;
        _configure = configure;
    }

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public ClusterSilo this[int index] => _silos[index];

    public static void Membership(ClusterMembershipOptions options)
    {
        // As the product sets them.
        options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
        options.NumMissedProbesLimit = 2;
        options.NumVotesForDeathDeclaration = 1;
        options.MaxProbeTimeout = TimeSpan.FromMilliseconds(750);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
    }

    public static async Task<TestCluster> StartAsync(PrivatePostgres postgres, int silos, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new TestCluster(postgres.ConnectionString, configure);
        for (var i = 0; i < silos; i++)
        {
            await cluster.AddAsync();
        }

        await cluster.SettledAsync();
        return cluster;
    }

    public async Task<ClusterSilo> AddAsync(Action<ISiloBuilder>? configure = null, System.Net.IPEndPoint? endpoint = null, LinkProxy? proxy = null)
    {
        var silo = await ClusterSilo.StartAsync(
            _connectionString,
            Id,
            s =>
            {
                _configure?.Invoke(s);
                configure?.Invoke(s);
            },
            endpoint,
            proxy);
        lock (_silos)
        {
            _silos.Add(silo);
        }

        return silo;
    }

    public void Remove(ClusterSilo silo) => _silos.Remove(silo);

    /// <summary>Every silo sees all of them as active.</summary>
    public Task SettledAsync() => Task.WhenAll(_silos.Select(s => s.SeesAsync(snapshot => _silos.TrueForAll(other => snapshot.GetSiloStatus(other.Address) == SiloStatus.Active))));

    public async ValueTask DisposeAsync() => await Task.WhenAll(_silos.Select(s => s.DisposeAsync().AsTask()));
}
