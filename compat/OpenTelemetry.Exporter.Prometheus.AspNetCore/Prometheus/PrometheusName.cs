using System.Text;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A metric's names by the OpenTelemetry specification's rules: letters that Prometheus allows, then the unit in words, then _total.</summary>
/// <param name="Family">The name without _total.</param>
/// <param name="Sample">The name on the sample lines.</param>
/// <param name="Unit">The unit in words, empty if there is none.</param>
internal readonly record struct PrometheusName(string Family, string Sample, string Unit)
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds",
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes",
        ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams", ["Cel"] = "celsius", ["Hz"] = "hertz",
        ["%"] = "percent",
    };

    private static readonly Dictionary<string, string> Per = new(StringComparer.Ordinal)
    {
        ["s"] = "second", ["m"] = "minute", ["min"] = "minute", ["h"] = "hour", ["d"] = "day", ["w"] = "week", ["mo"] = "month", ["y"] = "year",
    };

    public static PrometheusName Of(Metric metric, bool disableTotal)
    {
        var family = Sanitize(metric.Name, colons: true);
        var gauge = metric.MetricType is not (MetricType.LongSum or MetricType.DoubleSum or MetricType.Histogram);
        var unit = metric.Unit == "1" && gauge ? "ratio" : UnitInWords(metric.Unit ?? "");
        var total = !disableTotal && metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        if (total && family.EndsWith("_total", StringComparison.Ordinal))
        {
            family = family[..^"_total".Length];
        }

        if (unit.Length > 0 && family != unit && !family.EndsWith($"_{unit}", StringComparison.Ordinal))
        {
            family = $"{family}_{unit}";
        }

        return new(family, total ? $"{family}_total" : family, unit);
    }

    /// <summary>Each run of characters that are not allowed becomes one underscore; a leading digit gets one before it.</summary>
    public static string Sanitize(string name, bool colons)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || (colons && c == ':');
            if (allowed)
            {
                text.Append(text.Length == 0 && char.IsAsciiDigit(c) ? $"_{c}" : $"{c}");
            }
            else if (text.Length == 0 || text[^1] != '_')
            {
                text.Append('_');
            }
        }

        return text.ToString();
    }

    private static string UnitInWords(string unit)
    {
        // Annotations such as {step} say what is counted and are no unit; 1 is a ratio for gauges only.
        while (unit.IndexOf('{') is >= 0 and var start && unit.IndexOf('}', start) is >= 0 and var end)
        {
            unit = unit.Remove(start, end - start + 1);
        }

        var parts = unit.Split('/', 2);
        var word = parts[0] is "" or "1" ? "" : Words.GetValueOrDefault(parts[0], parts[0]);
        if (parts is [_, { Length: > 0 } per])
        {
            word = $"{word}_per_{Per.GetValueOrDefault(per, per)}".TrimStart('_');
        }

        return word.Length == 0 ? "" : Sanitize(word, colons: false).Trim('_');
    }
}
