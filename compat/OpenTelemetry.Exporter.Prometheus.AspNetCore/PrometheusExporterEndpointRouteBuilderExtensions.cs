using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Exporter.Prometheus;

namespace Microsoft.AspNetCore.Builder;

public static class PrometheusExporterEndpointRouteBuilderExtensions
{
    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(PrometheusEndpoint.PathOf(endpoints.ServiceProvider));

    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(this IEndpointRouteBuilder endpoints, string path) =>
        endpoints.Map(PrometheusEndpoint.WithSlash(path), PrometheusEndpoint.Handler(endpoints.ServiceProvider)).WithDisplayName("Prometheus scraping endpoint");
}
