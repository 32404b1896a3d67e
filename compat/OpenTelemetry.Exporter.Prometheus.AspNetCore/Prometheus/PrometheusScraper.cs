using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Collects when asked, one collection at a time, and keeps each format's text for the cache duration. Safe for concurrent scrapes.</summary>
internal sealed class PrometheusScraper : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _cacheDuration;
    private readonly SemaphoreSlim _one = new(1);
    private readonly PullExporter _exporter;
    private readonly Dictionary<bool, (long At, byte[] Text)> _cache = [];

    public PrometheusScraper(PrometheusAspNetCoreOptions options, TimeProvider time)
    {
        _time = time;
        _cacheDuration = TimeSpan.FromMilliseconds(options.ScrapeResponseCacheDurationMilliseconds);
        _exporter = new PullExporter(options.DisableTotalNameSuffixForCounters);
        Reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
    }

    /// <summary>The SDK owns it, and with it the exporter.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <returns>The text, or null if the collection failed.</returns>
    public async Task<byte[]?> ScrapeAsync(bool openMetrics, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_cache.TryGetValue(openMetrics, out var kept) && _time.GetElapsedTime(kept.At) < _cacheDuration)
            {
                return kept.Text;
            }

            _exporter.OpenMetrics = openMetrics;
            _exporter.Text = null;
            var at = _time.GetTimestamp();
            if (_exporter.Collect?.Invoke(Timeout.Infinite) != true)
            {
                return null;
            }

            // Without any measurement the SDK exports nothing.
            var text = _exporter.Text ?? PrometheusText.Write([], openMetrics, disableTotal: false);
            _cache[openMetrics] = (at, text);
            return text;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class PullExporter(bool disableTotal) : BaseExporter<Metric>, IPullMetricExporter
    {
        public Func<int, bool>? Collect { get; set; }

        public bool OpenMetrics { get; set; }

        public byte[]? Text { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            Text = PrometheusText.Write(metrics, OpenMetrics, disableTotal);
            return ExportResult.Success;
        }
    }
}
