using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;
using Orleans.Runtime.Probes;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>One silo of many in this process. Disposing stops it as SIGTERM would.</summary>
internal sealed class ClusterSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private ClusterSilo(IHost host, FatalErrors fatal)
    {
        _host = host;
        Fatal = fatal;
    }

    public FatalErrors Fatal { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public IClusterMembershipService Membership => _host.Services.GetRequiredService<IClusterMembershipService>();

    public ClusterEvents Events => _host.Services.GetRequiredService<ClusterEvents>();

    public MemoryLog Log => _host.Services.GetRequiredService<MemoryLog>();

    public static async Task<ClusterSilo> StartAsync(string connectionString, string cluster, Action<ISiloBuilder>? configure = null, IPEndPoint? endpoint = null, LinkProxy? proxy = null)
    {
        var silo = Build(connectionString, cluster, configure, endpoint, proxy);
        await silo.StartAsync();
        return silo;
    }

    /// <param name="endpoint">Where it listens; a free port if there is none.</param>
    /// <param name="proxy">What the other silos are to connect to.</param>
    public static ClusterSilo Build(string connectionString, string cluster, Action<ISiloBuilder>? configure = null, IPEndPoint? endpoint = null, LinkProxy? proxy = null)
    {
        // Bound before the silo knows its address, so that no other process takes the port.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endpoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        if (proxy is not null)
        {
            proxy.Target = (IPEndPoint)socket.LocalEndPoint!;
            port = proxy.Port;
        }

        var fatal = new FatalErrors();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var log = new MemoryLog();
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Services.AddSingleton(log);
        builder.Services.AddSingleton<ClusterEvents>();
        builder.Services.AddSingleton<IFatalErrorHandler>(fatal);
        builder.Services.AddSingleton(_ => new SiloSocket(socket));
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connectionString));
            silo.ConfigureEndpoints(IPAddress.Loopback, port, gatewayPort: 0);
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, "tests"));
            silo.Configure<ClusterMembershipOptions>(TestCluster.Membership);
            configure?.Invoke(silo);
        });
        return new ClusterSilo(builder.Build(), fatal);
    }

    public IGrainContext Activation(IAddressable grain) =>
        _host.Services.GetRequiredService<global::Orleans.Runtime.Activations.ActivationCatalog>().Find(grain.GetGrainId()) ?? throw new InvalidOperationException($"{grain} is not active on {Address}.");

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

    public async Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until this silo's own view of the cluster is so.</summary>
    public async Task SeesAsync(Func<ClusterMembershipSnapshot, bool> expected)
    {
        await foreach (var snapshot in Membership.MembershipUpdates.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (expected(snapshot))
            {
                return;
            }
        }
    }

    public Task SeesAsync(SiloAddress silo, SiloStatus status) => SeesAsync(s => s.GetSiloStatus(silo) == status);

    /// <summary>Ends it without a word, as kill -9 does: its socket and links close, the table keeps it Active.</summary>
    public void Kill()
    {
        var services = _host.Services;
        services.GetRequiredService<SiloMonitor>().Stop();
        services.GetRequiredService<Prober>().Dispose();
        services.GetRequiredService<global::Orleans.Runtime.Links.SiloLinks>().Dispose();
        _ = services.GetRequiredService<global::Orleans.Runtime.Links.LinkServer>().DisposeAsync().AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        _host.Dispose();
    }
}
