using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sheaf.Silo.Telemetry;

/// <summary>What a silo measures, and where it goes.</summary>
internal static class TelemetryServices
{
    public static void AddTelemetry(this IServiceCollection services, SiloOptions options)
    {
        services.AddSingleton<SiloMeters>();
        services.AddSingleton<ExperimentMeters>();
        services.AddHostedService<SiloGauges>();
        services.AddHostedService<DiskMeter>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sheaf-silo", serviceInstanceId: options.Name))
            .WithMetrics(metrics => metrics.AddMeter(SiloMeters.Name, "Microsoft.Orleans", "Npgsql", "System.Runtime").AddPrometheusExporter());
    }
}
