using System.Net;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Serialization;
using Sheaf.Api.Cluster;
using Sheaf.Api.Health;
using Sheaf.Api.Hosting;
using Sheaf.Api.Services;
using Sheaf.Silo.Audits;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Datasets.Remote;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Faults;
using Sheaf.Silo.Hosting;
using Sheaf.Silo.Serving;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Storage.ObjectStores;
using Sheaf.Silo.Telemetry;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.UserCode;
using Sheaf.Silo.Workers;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;
using Sheaf.Training.Data;
using Sheaf.Training.Faults;
using SiloOptions = Sheaf.Silo.Options.SiloOptions;

namespace Sheaf.Silo;

/// <summary>Puts a silo together; nothing is decided here.</summary>
public static class SiloHost
{
    /// <param name="configure">Replaces services, adds filters: for tests.</param>
    public static WebApplication Build(SiloOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var folder = DataFolder.Of(options);
        var security = options.Security with { AuditLog = options.Security.AuditLog ?? folder.AuditLog };
        var builder = ApiServer.CreateBuilder(
            "Sheaf.Silo", options.Listen, options.Http, security, options.Api, options.Log, out var files);

        // Orleans advises a garbage collector that would take cores from the workers.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        if (options.Cluster is null)
        {
            builder.Services.AddSingleton<ISiloDirectory, LoneSilo>();
        }
        else
        {
            builder.Services.AddPresence(options);
        }

        builder.UseOrleans(silo =>
        {
            silo.Configure<Orleans.Configuration.SiloOptions>(named => named.SiloName = options.Name);
            silo.Configure<ExceptionSerializationOptions>(exceptions => exceptions.CarryAll());
            silo.Configure<SiloMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
            silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = options.Membership.RememberedGrains);
            if (options.Log.IsJson)
            {
                silo.AddIncomingGrainCallFilter<ExperimentScopes>();
            }

            silo.AddPlacementDirector<DeviceSiloPlacement, DeviceSiloDirector>();
            if (options.Cluster is null)
            {
                // Orleans listens even where nobody will call: a fixed port would let no second server start on the machine. No gateway: clients speak gRPC.
                var port = Endpoints.WithFreePort(new(IPAddress.Loopback, 0)).Port;
                silo.UseLocalhostClustering(siloPort: port, gatewayPort: 0, serviceId: "sheaf", clusterId: "sheaf");
                silo.AddDirectoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, storage =>
                    (storage.Root, storage.Json) = (folder.Grains, StoredJson.Written()));
            }
            else
            {
                silo.AddCluster(options, files.Handshake, StoredJson.Configure);
            }
        });

        var services = builder.Services;
        services.AddOptionRecords(options);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTime);
        services.AddSingleton<IHostLifetime, SignalLifetime>();
        services.AddSingleton<DrainStatus>();
        services.AddSingleton<SiloDrain>();
        services.AddSingleton(LocalDevices.Parse(options.Devices));
        services.AddSingleton(folder);
        services.AddSingleton(new ClusterClock(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => new AlignedTimeProvider(
            provider.GetRequiredService<ClusterClock>(), options.Observation.Beat));
        services.AddSingleton(PlannedFaults.FromEnvironment(TimeProvider.System));
        var store = new S3Options(options.S3Endpoint is { } url ? new Uri(url) : null, Environment.GetEnvironmentVariable) { Limits = options.Objects };
        services.AddSingleton(new Buckets(store, TimeProvider.System));
        services.AddSingleton(provider => CheckpointStores.Make(
            options,
            folder,
            provider.GetRequiredService<Buckets>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IFaultInjector>()));
        services.AddSingleton<ICheckpointKeeper, CheckpointKeeper>();
        services.AddSingleton<PeerApi>();
        services.AddSingleton<IClusterLook, LocalClusterLook>();
        services.AddSingleton(provider => new ServerIdentity(options.Name, provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()));
        services.AddSingleton<ITroubles>(provider => provider.GetRequiredService<SiloTroubles>());
        services.AddSingleton<IReadiness, SiloReadiness>();
        services.AddSingleton<ExperimentLog>();
        services.AddSingleton<CheckpointFiles>();
        services.AddSingleton<RowPredictions>();
        services.AddSingleton<ISiloWork, SiloWork>();
        services.AddSingleton<LedgerAudit>();
        services.AddSingleton<StepReplay>();
        services.AddSingleton<PackageCache>();
        services.AddSingleton<ITrialRunner, TrialRunner>();
        if (folder.DataCache is { } cache)
        {
            services.AddSingleton(provider => new DataCache(cache, options.DataCacheLimit, provider.GetRequiredService<TimeProvider>(), say: what =>
                provider.GetRequiredService<ILogger<DataCache>>().LogWarning("{What}", what)));
        }

        services.AddSingleton(provider => RemoteData.Of(options, folder, provider.GetRequiredService<Buckets>(), TimeProvider.System));
        services.AddSingleton<DatasetCache>();
        services.AddSingleton<ISubmissionCheck, SubmissionCheck>();
        services.AddSingleton<ISiloHealth, SiloHealth>();
        services.AddCoordination();
        services.AddSingleton<SiloTroubles>();
        services.AddSingleton<CheckpointWatch>();
        services.AddSingleton<RunLogs>();
        services.AddSingleton<ICoordinatorCalls, CoordinatorCalls>();
        services.AddSingleton<DataPlaneService>();
        services.AddSingleton<IDataLinks>(provider => provider.GetRequiredService<DataPlaneService>());
        services.AddSingleton<IPeers>(provider => provider.GetRequiredService<DataPlaneService>());
        services.AddSingleton<DeviceHost>();
        services.AddSingleton<IDeviceHost>(provider => provider.GetRequiredService<DeviceHost>());

        // Started in this order, stopped in the opposite one: threads end before the log does.
        services.AddHostedService(provider => provider.GetRequiredService<RunLogs>());
        services.AddHostedService(provider => provider.GetRequiredService<DataPlaneService>());
        services.AddHostedService(provider => provider.GetRequiredService<DeviceHost>());
        services.AddHostedService(provider => provider.GetRequiredService<CheckpointWatch>());
        services.AddHostedService<DeviceAnnouncer>();
        services.AddHostedService<ResumeService>();
        services.AddHostedService<ParentWatch>();

        services.AddHostedService<SiloGauges>();
        services.AddTelemetry(options);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapApi();
        app.MapPrometheusScrapingEndpoint().RequireAuthorization(RoleNames.Of(Role.Viewer));
        app.MapGet(HttpSiloProbe.Path, (ILocalSiloDetails silo) => silo.SiloAddress.ToParsableString() + "\n").AllowAnonymous();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<StartUp>().IsDone = true);
        return app;
    }

    private static void AddOptionRecords(this IServiceCollection services, SiloOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Coordination);
        services.AddSingleton(options.Generations);
        services.AddSingleton(options.Reports);
        services.AddSingleton(options.Pool);
        services.AddSingleton(options.Membership);
        services.AddSingleton(options.Store);
        services.AddSingleton(options.Observation);
    }
}
