using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sheaf.Tests.Interop.OpenTelemetry;

/// <summary>A web application with a meter of its own and the Prometheus endpoint, on a free loopback port.</summary>
internal sealed class ScrapeTarget : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ScrapeTarget(WebApplication app, Meter meter)
    {
        (_app, Meter) = (app, meter);
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public Meter Meter { get; }

    public static async Task<ScrapeTarget> StartAsync(
        string meterName, Action<WebApplication> mapEndpoint, CancellationToken cancellationToken, TimeProvider? time = null,
        Action<PrometheusAspNetCoreOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddAttributes([new("service.name", "test")]))
            .WithMetrics(metrics => metrics.AddMeter(meterName).AddMeter(meterName + ".other").AddPrometheusExporter(configure ?? (_ => { })));
        var app = builder.Build();
        mapEndpoint(app);
        await app.StartAsync(cancellationToken);
        return new ScrapeTarget(app, new Meter(meterName, "1.2"));
    }

    public async Task<(string Type, string Text)> ScrapeAsync(CancellationToken cancellationToken, string accept = "text/plain", string path = "/metrics")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var type in accept.Split(','))
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(type));
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentType!.ToString(), await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Meter.Dispose();
        await _app.DisposeAsync();
    }
}
