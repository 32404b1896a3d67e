using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Exporter.Prometheus;

namespace OpenTelemetry.Metrics;

public static class PrometheusExporterMeterProviderBuilderExtensions
{
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder) => builder.AddPrometheusExporter(_ => { });

    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder, Action<PrometheusAspNetCoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services =>
        {
            services.Configure(configure);
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(provider => new PrometheusScraper(
                provider.GetRequiredService<IOptions<PrometheusAspNetCoreOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        });
        return builder.AddReader(provider => provider.GetRequiredService<PrometheusScraper>().Reader);
    }
}
