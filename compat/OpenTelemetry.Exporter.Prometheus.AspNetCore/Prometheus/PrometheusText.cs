using System.Text;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4 or in OpenMetrics 1.0. Instruments of the same name in several meters make one family, told apart
/// by the label otel_scope_name; if their kinds differ the first one counts, because a family has one type. Exponential histograms are left out.
/// </summary>
internal static class PrometheusText
{
    public static byte[] Write(IReadOnlyList<Metric> metrics, bool openMetrics, bool disableTotal)
    {
        var text = new StringBuilder();
        var families = metrics
            .Where(m => m.MetricType != MetricType.ExponentialHistogram)
            .Select(metric => (Metric: metric, Name: PrometheusName.Of(metric, disableTotal)))
            .GroupBy(m => m.Name.Sample, StringComparer.Ordinal);
        foreach (var family in families)
        {
            var (first, name) = family.First();
            WriteHead(text, first, name, openMetrics);
            foreach (var metric in family.Select(m => m.Metric).Where(m => KindOf(m) == KindOf(first)))
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    WritePoint(text, name.Sample, metric, point);
                }
            }
        }

        return Encoding.UTF8.GetBytes((openMetrics ? text.Append("# EOF\n") : text).ToString());
    }

    private static string KindOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static void WriteHead(StringBuilder text, Metric metric, PrometheusName name, bool openMetrics)
    {
        // In OpenMetrics a family's name lacks the _total of its samples.
        var family = openMetrics ? name.Family : name.Sample;
        text.Append($"# TYPE {family} {KindOf(metric)}\n");
        if (openMetrics && name.Unit.Length > 0)
        {
            text.Append($"# UNIT {family} {name.Unit}\n");
        }

        if (!string.IsNullOrEmpty(metric.Description))
        {
            text.Append($"# HELP {family} ");
            Escape(text, metric.Description, quotes: openMetrics).Append('\n');
        }
    }

    private static void WritePoint(StringBuilder text, string name, Metric metric, in MetricPoint point)
    {
        var labels = Labels(metric, point.Tags);
        switch (metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                text.Append($"{name}{{{labels}}} {point.GetSumLong()}\n");
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                text.Append($"{name}{{{labels}}} {Number(point.GetSumDouble())}\n");
                break;
            case MetricType.LongGauge:
                text.Append($"{name}{{{labels}}} {point.GetGaugeLastValueLong()}\n");
                break;
            case MetricType.DoubleGauge:
                text.Append($"{name}{{{labels}}} {Number(point.GetGaugeLastValueDouble())}\n");
                break;
            default:
                WriteHistogram(text, name, labels, point);
                break;
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            text.Append($"{name}_bucket{{{labels},le=\"{Number(bucket.ExplicitBound)}\"}} {below}\n");
        }

        text.Append($"{name}_sum{{{labels}}} {Number(point.GetHistogramSum())}\n");
        text.Append($"{name}_count{{{labels}}} {point.GetHistogramCount()}\n");
    }

    private static string Labels(Metric metric, ReadOnlyTagCollection tags)
    {
        // Keys that become the same label are joined in the order of the original keys, as the specification asks.
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var label = PrometheusName.Sanitize(key, colons: false);
            var written = value switch { null => "", bool b => b ? "true" : "false", double d => Number(d), _ => value.ToString() ?? "" };
            labels[label] = labels.TryGetValue(label, out var before) ? $"{before};{written}" : written;
        }

        var text = new StringBuilder("otel_scope_name=\"");
        Escape(text, metric.MeterName, quotes: true).Append('"');
        if (!string.IsNullOrEmpty(metric.MeterVersion))
        {
            labels["otel_scope_version"] = metric.MeterVersion;
        }

        foreach (var (label, value) in labels.Where(l => l.Key is not ("otel_scope_name" or "le")))
        {
            Escape(text.Append($",{label}=\""), value, quotes: true).Append('"');
        }

        return text.ToString();
    }

    private static StringBuilder Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }

        return text;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
    };
}
