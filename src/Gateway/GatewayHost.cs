using Grpc.AspNetCore.Server;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Orleans.Configuration;
using Orleans.Serialization;
using Sheaf.Api.Cluster;
using Sheaf.Api.Health;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;
using Sheaf.Api.Services;
using Sheaf.Surroundings.Security;

namespace Sheaf.Gateway;

/// <summary>Puts a gateway together; nothing is decided here.</summary>
internal static class GatewayHost
{
    private const string Invariant = "Npgsql";

    public static WebApplication Build(GatewayOptions options)
    {
        var builder = ApiServer.CreateBuilder(
            "sheaf-gateway", options.Listen, options.Http, options.Security, options.Api, options.Log, out var files);
        var services = builder.Services;

        // What it serves is there before the cluster is: whoever supervises it learns why it is not ready.
        services.Configure<HostOptions>(host => (host.ServicesStartConcurrently, host.ShutdownTimeout) = (true, options.ShutdownTime));
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ClusterLink>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<ClusterLink>());
        services.AddSingleton<ITroubles>(provider => provider.GetRequiredService<ClusterLink>());
        services.AddSingleton(new ServerIdentity(options.Name, ""));
        services.AddSingleton<IClusterLook, RemoteClusterLook>();
        services.AddSingleton<ISiloWork, RelayedWork>();
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<ConnectedCalls>());
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sheaf-gateway", serviceInstanceId: options.Name))
            .WithMetrics(metrics =>
            {
                options.Meters.Apply(metrics, "Microsoft.Orleans", "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting");
                metrics.AddMeter(RefusedCalls.MeterName).AddPrometheusExporter();
            });
        builder.UseOrleansClient(client =>
        {
            if (files.Handshake is { } handshake)
            {
                client.UseTls(tls => OrleansTls.Configure(tls, handshake));
            }

            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "sheaf"));
            client.Configure<ExceptionSerializationOptions>(exceptions => exceptions.CarryAll());
            client.Configure<ClientMessagingOptions>(messaging => (messaging.ResponseTimeout, messaging.CancelRequestOnTimeout) = (options.CallWithin, true));
            client.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = options.SilosEvery);
            var connection = ConnectionText.ForOrleans(options.Cluster, options.Database);
            client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, connection));
            client.Services.AddSingleton<IClientConnectionRetryFilter, RetryFilter>();
            client.AddGatewayCountChangedHandler(
                services => (_, change) => services.GetRequiredService<ClusterLink>().Count(change.NumberOfConnectedGateways));
            client.AddClusterConnectionLostHandler(services => (_, _) => services.GetRequiredService<ClusterLink>().Count(0));
        });

        var app = builder.Build();
        app.Services.GetRequiredService<StartUp>().IsDone = true;
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<ClusterLink>().Found);
        app.MapApi();
        app.MapPrometheusScrapingEndpoint().RequireAuthorization(RoleNames.Of(Role.Viewer));
        return app;
    }

    private sealed class RetryFilter(ClusterLink link) : IClientConnectionRetryFilter
    {
        public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) => link.TryAgain(exception, cancellationToken);
    }
}
