using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;

namespace Sheaf.Tests.Interop.OpenTelemetry;

/// <summary>The SDK is the official OpenTelemetry; the exporter and the hosting are compat's.</summary>
public sealed class PrometheusExporterTests
{
    private const string PrometheusAccept =
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TextFormat_EnsureNamesUnitsAndValues()
    {
        await using var target = await ScrapeTarget.StartAsync("sheaf.text", app => app.MapPrometheusScrapingEndpoint(), Token);
        Record(target.Meter);
        var (type, text) = await target.ScrapeAsync(Token);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", type);
        Assert.Equal(
            """
            # TYPE sheaf_steps_total counter
            # HELP sheaf_steps_total Steps that were committed
            sheaf_steps_total{otel_scope_name="sheaf.text",experiment_id="a \"b\" \\ c\nd",otel_scope_version="1.2"} 7
            # TYPE sheaf_sent_bytes_total counter
            # HELP sheaf_sent_bytes_total Bytes that were sent
            sheaf_sent_bytes_total{otel_scope_name="sheaf.text",otel_scope_version="1.2"} 2.5
            # TYPE sheaf_workers gauge
            # HELP sheaf_workers Workers now
            sheaf_workers{otel_scope_name="sheaf.text",otel_scope_version="1.2"} -1
            # TYPE sheaf_load_ratio gauge
            # HELP sheaf_load_ratio Busy part
            sheaf_load_ratio{otel_scope_name="sheaf.text",otel_scope_version="1.2"} NaN
            # TYPE sheaf_step_duration_seconds histogram
            # HELP sheaf_step_duration_seconds Time of a step
            sheaf_step_duration_seconds_bucket{otel_scope_name="sheaf.text",otel_scope_version="1.2",le="0.25"} 1
            sheaf_step_duration_seconds_bucket{otel_scope_name="sheaf.text",otel_scope_version="1.2",le="5"} 2
            sheaf_step_duration_seconds_bucket{otel_scope_name="sheaf.text",otel_scope_version="1.2",le="+Inf"} 3
            sheaf_step_duration_seconds_sum{otel_scope_name="sheaf.text",otel_scope_version="1.2"} 13.125
            sheaf_step_duration_seconds_count{otel_scope_name="sheaf.text",otel_scope_version="1.2"} 3

            """,
            text);
    }

    [Fact]
    public async Task OpenMetrics_EnsureChosenByAcceptAndDifferentWhereItMust()
    {
        await using var target = await ScrapeTarget.StartAsync("sheaf.open", app => app.MapPrometheusScrapingEndpoint(), Token);
        Record(target.Meter);
        var (type, text) = await target.ScrapeAsync(Token, PrometheusAccept);
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", type);
        Assert.Contains("# TYPE sheaf_sent_bytes counter\n# UNIT sheaf_sent_bytes bytes\n", text, StringComparison.Ordinal);
        Assert.Contains("\nsheaf_sent_bytes_total{", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.StartsWith("text/plain", (await target.ScrapeAsync(Token, "application/openmetrics-text;q=0.1,text/plain;q=0.9")).Type, StringComparison.Ordinal);
    }

    /// <summary>Prometheus' own reader. Needs Debian's package prometheus; without it the test fails and says so.</summary>
    [Fact]
    public async Task Promtool_EnsureNoComplaint()
    {
        await using var target = await ScrapeTarget.StartAsync("sheaf.promtool", app => app.MapPrometheusScrapingEndpoint(), Token);
        Record(target.Meter);
        var (_, text) = await target.ScrapeAsync(Token);
        Assert.Equal((0, ""), await PromtoolAsync(text));
        Assert.NotEqual((0, ""), await PromtoolAsync(text.Replace("# TYPE sheaf_workers gauge", "# TYPE sheaf_workers thing", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SameNameInTwoMeters_EnsureOneFamily()
    {
        await using var target = await ScrapeTarget.StartAsync("sheaf.twice", app => app.MapPrometheusScrapingEndpoint(), Token);
        using var other = new Meter("sheaf.twice.other");
        target.Meter.CreateCounter<long>("runs").Add(1);
        other.CreateCounter<long>("runs").Add(2);
        var (_, text) = await target.ScrapeAsync(Token);
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("runs_total{", StringComparison.Ordinal)));
        Assert.Single(text.Split('\n'), "# TYPE runs_total counter");
    }

    [Fact]
    public async Task Cache_EnsureOneCollectionUntilItExpires()
    {
        var time = new FakeTimeProvider();
        await using var target = await ScrapeTarget.StartAsync(
            "sheaf.cache", app => app.MapPrometheusScrapingEndpoint(), Token, time, options => options.ScrapeResponseCacheDurationMilliseconds = 1000);
        var counter = target.Meter.CreateCounter<long>("hits");
        counter.Add(1);
        var first = await target.ScrapeAsync(Token);
        counter.Add(1);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(first, await target.ScrapeAsync(Token));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Contains("} 2\n", (await target.ScrapeAsync(Token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingMeasured_EnsureEmptyText()
    {
        await using var target = await ScrapeTarget.StartAsync("sheaf.nothing", app => app.MapPrometheusScrapingEndpoint(), Token);
        Assert.Equal("", (await target.ScrapeAsync(Token)).Text);
    }

    [Fact]
    public async Task Middleware_EnsureServedAtThePathOfTheOptions()
    {
        await using var target = await ScrapeTarget.StartAsync(
            "sheaf.path", app => app.UseOpenTelemetryPrometheusScrapingEndpoint(), Token, configure: options =>
            {
                options.ScrapeEndpointPath = "stats";
                options.DisableTotalNameSuffixForCounters = true;
            });
        target.Meter.CreateCounter<long>("lives-.left").Add(3);
        Assert.Contains("\nlives_left{", (await target.ScrapeAsync(Token, path: "/stats")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EndpointWithoutExporter_EnsureErrorSaysWhatToCall()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("AddPrometheusExporter", Assert.Throws<InvalidOperationException>(() => app.MapPrometheusScrapingEndpoint()).Message, StringComparison.Ordinal);
    }

    private static void Record(Meter meter)
    {
        meter.CreateCounter<long>("sheaf.steps", "{step}", "Steps that were committed").Add(7, new KeyValuePair<string, object?>("experiment.id", "a \"b\" \\ c\nd"));
        meter.CreateCounter<double>("sheaf.sent", "By", "Bytes that were sent").Add(2.5);
        meter.CreateUpDownCounter<int>("sheaf.workers", description: "Workers now").Add(-1);
        meter.CreateGauge<double>("sheaf.load", "1", "Busy part").Record(double.NaN);
        var duration = meter.CreateHistogram(
            "sheaf.step.duration", "s", "Time of a step", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 5] });
        foreach (var seconds in new[] { 0.125, 4, 9 })
        {
            duration.Record(seconds);
        }
    }

    private static async Task<(int Code, string Complaints)> PromtoolAsync(string metrics)
    {
        var start = new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Assert.True(File.Exists(start.FileName), "This test needs promtool: apt-get install prometheus");
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(metrics);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output + await errors);
    }
}
