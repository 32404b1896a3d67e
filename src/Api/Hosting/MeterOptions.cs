using OpenTelemetry.Metrics;
using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Hosting;

/// <summary>What a server measures of the libraries that it is built on.</summary>
public sealed record MeterOptions
{
    /// <summary>OpenTelemetry sets room aside for all series of an instrument at once, 88 bytes each, and its own default is 2,000.</summary>
    [Option("Series of one metric of a library (Orleans, Npgsql, .NET); what is measured beyond them is counted together, in the series otel_metric_overflow",
        Least = "10", Most = "10000")]
    public int LibrarySeries { get; init; } = 200;

    internal void Apply(MeterProviderBuilder metrics, params string[] libraries) => metrics
        .AddMeter(libraries)
        .AddView(instrument => libraries.Contains(instrument.Meter.Name) ? new MetricStreamConfiguration { CardinalityLimit = LibrarySeries } : null);
}
