namespace OpenTelemetry.Exporter;

public class PrometheusAspNetCoreOptions
{
    /// <summary>Default: /metrics.</summary>
    public string? ScrapeEndpointPath { get; set; } = "/metrics";

    /// <summary>How long one collection answers all scrapes, in milliseconds. Default: 300; 0 collects for each scrape.</summary>
    public int ScrapeResponseCacheDurationMilliseconds { get; set; } = 300;

    /// <summary>Default: false, so that counters end with _total.</summary>
    public bool DisableTotalNameSuffixForCounters { get; set; }
}
