using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

internal static class PrometheusEndpoint
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public static string PathOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<PrometheusAspNetCoreOptions>>().Value.ScrapeEndpointPath ?? "/metrics";

    public static string WithSlash(string path) => path.StartsWith('/') ? path : $"/{path}";

    public static RequestDelegate Handler(IServiceProvider services)
    {
        // The meter provider attaches the reader to the SDK: without it the scraper would collect nothing.
        services.GetService<MeterProvider>();
        var scraper = services.GetService<PrometheusScraper>()
            ?? throw new InvalidOperationException(
                "There is no Prometheus exporter to scrape: call services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter()) first.");
        return context => AnswerAsync(scraper, context);
    }

    private static async Task AnswerAsync(PrometheusScraper scraper, HttpContext context)
    {
        var openMetrics = PrefersOpenMetrics(context.Request.Headers.Accept);
        var body = await scraper.ScrapeAsync(openMetrics, context.RequestAborted);
        if (body is null)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.ContentType = openMetrics ? $"{OpenMetricsType}; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool PrefersOpenMetrics(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        double Quality(Func<MediaTypeHeaderValue, bool> matches) => types.Where(matches).Select(t => t.Quality ?? 1).DefaultIfEmpty(0).Max();
        var open = Quality(t => t.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase));
        return open > 0 && open >= Quality(t => t.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase));
    }
}
