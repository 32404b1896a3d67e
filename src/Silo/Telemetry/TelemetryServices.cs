using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sheaf.Api.Security;
using Sheaf.Surroundings;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Telemetry;

/// <summary>What a silo measures, and where it goes.</summary>
internal static class TelemetryServices
{
    /// <summary>Where metrics and traces are sent too, as OpenTelemetry calls it; not set: nowhere.</summary>
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>grpc, or http/protobuf. Default: grpc.</summary>
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <param name="variable">An environment variable, or null. Null: the process's.</param>
    public static void AddTelemetry(this IServiceCollection services, SiloOptions options, Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        services.AddSingleton<SiloTraces>();
        services.AddSingleton<SiloMeters>();
        services.AddSingleton<ExperimentMeters>();
        if (options.Checkpoints is null || !ObjectUrl.IsMeant(options.Checkpoints))
        {
            services.AddHostedService<DiskMeter>();
        }

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sheaf-silo", serviceInstanceId: options.Name))
            .WithMetrics(metrics =>
            {
                options.Meters.Apply(metrics, "Microsoft.Orleans", "Npgsql", "System.Runtime");
                metrics.AddMeter(SiloMeters.Name, RefusedCalls.MeterName).AddPrometheusExporter();
            });
        if (variable(EndpointVariable) is { Length: > 0 } endpoint)
        {
            var (address, protocol) = (Address(endpoint), Protocol(variable(ProtocolVariable)));
            telemetry
                .WithMetrics(metrics => metrics.AddOtlpExporter(otlp => (otlp.Endpoint, otlp.Protocol) = (Signal(address, protocol, "metrics"), protocol)))
                .WithTracing(traces => traces.AddSource(SiloTraces.Name)
                    .AddOtlpExporter(otlp => (otlp.Endpoint, otlp.Protocol) = (Signal(address, protocol, "traces"), protocol)));
        }
    }

    /// <exception cref="FormatException">Says what is allowed.</exception>
    internal static Uri Address(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new FormatException(
            $"{EndpointVariable} '{Printable.Short(endpoint, 80)}': expected the URL of a collector, such as http://collector:4317; or unset it.");

    /// <exception cref="FormatException">Says what is allowed.</exception>
    internal static OtlpExportProtocol Protocol(string? name) => name switch
    {
        null or "" or "grpc" => OtlpExportProtocol.Grpc,
        "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        _ => throw new FormatException($"{ProtocolVariable} '{Printable.Short(name, 80)}': expected grpc or http/protobuf."),
    };

    /// <summary>Over HTTP each signal has a path of its own below the address.</summary>
    internal static Uri Signal(Uri address, OtlpExportProtocol protocol, string signal) =>
        protocol == OtlpExportProtocol.Grpc ? address : new Uri($"{address.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
}
