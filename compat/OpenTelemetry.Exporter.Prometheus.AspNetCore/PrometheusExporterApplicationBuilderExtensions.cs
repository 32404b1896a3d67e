using Microsoft.AspNetCore.Http;
using OpenTelemetry.Exporter.Prometheus;

namespace Microsoft.AspNetCore.Builder;

public static class PrometheusExporterApplicationBuilderExtensions
{
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(PrometheusEndpoint.PathOf(app.ApplicationServices));

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app, string path) =>
        app.Map(PrometheusEndpoint.WithSlash(path), branch => branch.Run(PrometheusEndpoint.Handler(branch.ApplicationServices)));

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app, Func<HttpContext, bool> predicate) =>
        app.MapWhen(predicate, branch => branch.Run(PrometheusEndpoint.Handler(branch.ApplicationServices)));
}
