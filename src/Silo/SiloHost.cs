using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Orleans.Providers;
using Sheaf.Silo.Api;
using Sheaf.Silo.Audits;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Diagnosis;
using Sheaf.Silo.Faults;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Telemetry;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.Workers;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Silo;

/// <summary>Puts a silo together; nothing is decided here.</summary>
public static class SiloHost
{
    /// <param name="configure">Replaces services, adds filters: for tests.</param>
    public static WebApplication Build(SiloOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        // All settings come from the command line: files of the folder in which it is given are the user's, and are neither read nor watched, and variables
        // such as ASPNETCORE_URLS,
        // Logging__LogLevel__Default or OTEL_SDK_DISABLED are set for other programs.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Sheaf.Silo",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        var folder = DataFolder.Of(options);
        var start = new StartUp();
        builder.Services.AddSingleton(start);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff ")).ClearProviders();
        builder.Services.AddSingleton<ConsoleLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => new PrintableLogs(provider.GetRequiredService<ConsoleLoggerProvider>()));
        // Orleans says itself what Polly, with which it looks for a grain's place, has retried in vain; and it advises a garbage collector that would take
        // cores from the workers.
        builder.Logging.AddFilter("Polly", LogLevel.None).AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft", start.Hears).AddFilter("Orleans", start.Hears);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(Endpoints.Parse("--listen", options.Listen), listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(Endpoints.Parse("--http", options.Http), listen => listen.Protocols = HttpProtocols.Http1);
        });
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
            silo.Configure<SiloMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
            silo.AddPlacementDirector<DeviceSiloPlacement, DeviceSiloDirector>();
            if (options.Cluster is null)
            {
                // Orleans listens even where nobody will call: a fixed port would let no second server start on the machine. No gateway: clients speak gRPC.
                var port = Endpoints.WithFreePort(new(IPAddress.Loopback, 0)).Port;
                silo.UseLocalhostClustering(siloPort: port, gatewayPort: 0, serviceId: "sheaf", clusterId: "sheaf");
                silo.AddDirectoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, storage => storage.Root = folder.Grains);
            }
            else
            {
                silo.AddCluster(options);
            }
        });

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(LocalDevices.Parse(options.Devices));
        services.AddSingleton(folder);
        services.AddSingleton(new ClusterClock(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => new AlignedTimeProvider(provider.GetRequiredService<ClusterClock>()));
        services.AddSingleton(PlannedFaults.FromEnvironment(TimeProvider.System));
        services.AddSingleton<ICheckpointStore>(provider =>
            new DirectoryCheckpointStore(folder.Checkpoints, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IFaultInjector>()));
        services.AddSingleton<ICheckpointKeeper, CheckpointKeeper>();
        services.AddSingleton<PeerApi>();
        services.AddSingleton<WhyInquiry>();
        services.AddSingleton<LedgerAudit>();
        services.AddSingleton<StepReplay>();
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

        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
        });
        services.AddTelemetry(options);
        services.AddSingleton<Readiness>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapGrpcService<ExperimentsService>();
        app.MapGrpcService<CheckpointsService>();
        app.MapGrpcService<ClusterService>();
        app.MapPrometheusScrapingEndpoint();
        app.MapGet("/livez", () => "ok\n");
        app.MapGet(HttpSiloProbe.Path, (ILocalSiloDetails silo) => silo.SiloAddress.ToParsableString() + "\n");
        app.MapGet("/readyz", (Readiness readiness) => readiness.Answer());
        return app;
    }
}
