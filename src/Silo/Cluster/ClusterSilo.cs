using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Storage;
using Sheaf.Api.Cluster;
using Sheaf.Api.Security;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;
using SiloOptions = Sheaf.Silo.Options.SiloOptions;

namespace Sheaf.Silo.Cluster;

/// <summary>What makes a silo one of a cluster: membership and grain state in PostgreSQL, and failure detection in about a second.</summary>
internal static class ClusterSilo
{
    private const string Invariant = "Npgsql";

    /// <param name="stored">How states are written as JSON.</param>
    /// <param name="handshake">Null: connections between silos have no TLS.</param>
    public static void AddCluster(this ISiloBuilder silo, SiloOptions options, ClusterHandshake? handshake, Action<JsonSerializerOptions> stored)
    {
        if (handshake is not null)
        {
            silo.UseTls(tls => OrleansTls.Configure(tls, handshake));
        }

        var connection = ConnectionText.ForOrleans(options.Cluster!, options.Database);
        var endpoint = Endpoints.WithFreePort(Endpoints.ParseReachable("--silo-endpoint", options.SiloEndpoint));

        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "sheaf"));
        // Clients speak gRPC; gateways alone come here.
        var gateway = Endpoints.WithFreePort(new(endpoint.Address, options.GatewayPort));
        silo.ConfigureEndpoints(endpoint.Address, endpoint.Port, gateway.Port);
        silo.Configure<EndpointOptions>(endpoints => (endpoints.SiloListeningEndpoint, endpoints.GatewayListeningEndpoint) = (endpoint, gateway));
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, connection));
        var table = silo.Services.Last(service => service.ServiceType == typeof(IMembershipTable)).ImplementationType!;
        silo.Services.RemoveAll<IMembershipTable>().AddSingleton(table);
        silo.Services.AddSingleton<IMembershipTable>(
            services => new OneClockTable((IMembershipTable)services.GetRequiredService(table), services.GetRequiredService<ClusterClock>()));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            // A silo is declared dead about a second after it fell silent; more haste was seen to kill silos that were only starting.
            membership.ProbeTimeout = membership.MinProbeTimeout = options.Membership.ProbeWithin;
            membership.MaxProbeTimeout = options.Membership.LongestProbe;
            membership.NumMissedProbesLimit = options.Membership.MissedProbes;
            membership.NumVotesForDeathDeclaration = 1;
            membership.TableRefreshTimeout = options.Membership.ReadEvery;

            // Of two silos that are cut from each other one must go: a third one that vouches for both would keep both, and calls between them would wait for a
            // network that is not there.
            membership.EnableIndirectProbes = false;

            // When all silos died at once, nobody is left to say so: those that start again wait for the dead until they have missed three of these.
            membership.IAmAliveTablePublishTimeout = options.Membership.SignEvery;
        });
        // Also how often expired calls are looked for. Grain methods that may take longer say so in an attribute.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = options.Membership.CallWithin);
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(json => stored(json.JsonSerializerOptions));
        silo.AddAdoNetGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, storage => storage.Configure<IServiceProvider>((state, services) =>
        {
            (state.Invariant, state.ConnectionString) = (Invariant, connection);
            state.GrainStorageSerializer = ActivatorUtilities.CreateInstance<SystemTextJsonGrainStorageSerializer>(services);
        }));
    }

    /// <summary>Registered first: its gate is passed before anything else of the silo starts.</summary>
    public static void AddPresence(this IServiceCollection services, SiloOptions options)
    {
        services.AddSingleton(_ => new ClusterStore(options.Cluster!, options.Database));
        services.AddSingleton<IDatabaseBeat>(provider => provider.GetRequiredService<ClusterStore>());
        services.AddSingleton<ISiloProbe, HttpSiloProbe>();
        services.AddSingleton(provider => new CertificateGate(options, provider.GetRequiredService<ServerFiles>().Handshake, TimeProvider.System));
        services.AddSingleton<ClusterPresence>();
        services.AddSingleton<ISiloDirectory>(provider => provider.GetRequiredService<ClusterPresence>());
        services.AddHostedService(provider => provider.GetRequiredService<ClusterPresence>());
        services.AddSingleton<DatabaseWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseWatch>());
    }
}
