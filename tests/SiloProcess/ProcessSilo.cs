using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.Probes;

namespace Sheaf.Tests.SiloProcess;

/// <summary>The silo of a process: options as the product sets them, grain state in the same database.</summary>
internal sealed class ProcessSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private ProcessSilo(IHost host) => _host = host;

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IClusterMembershipService Membership => _host.Services.GetRequiredService<IClusterMembershipService>();

    /// <param name="port">0: any that is free.</param>
    public static async Task<ProcessSilo> StartAsync(string connection, string cluster, string name, int port)
    {
        // Bound before the silo knows its address, so that no other process takes the port. A predecessor's connections may still linger on it.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(o => o.SingleLine = true).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(_ => new SiloSocket(socket));
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection));
            silo.AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection));
            silo.ConfigureEndpoints(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port, gatewayPort: 0);
            silo.Configure<SiloOptions>(o => o.SiloName = name);
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, "tests"));
            silo.Configure<ClusterMembershipOptions>(Membership500);
            silo.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();
        });
        var host = builder.Build();
        await host.StartAsync();
        return new ProcessSilo(host);
    }

    public static void Membership500(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
        options.NumMissedProbesLimit = 2;
        options.NumVotesForDeathDeclaration = 1;
        options.MaxProbeTimeout = TimeSpan.FromMilliseconds(750);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>SIGTERM has come, and everything has stopped.</summary>
    public Task StoppedAsync() => _host.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
