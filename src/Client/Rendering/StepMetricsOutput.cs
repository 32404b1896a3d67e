using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`metrics`, three ways. Losses and metrics are written so that reading them gives the same bits.</summary>
internal static class StepMetricsOutput
{
    private const int MostRows = 40;

    /// <summary>Workers' times are one column, separated by spaces: their number changes when a run is rescaled.</summary>
    public static async Task WriteCsvAsync(TextWriter output, IAsyncEnumerable<StepMetrics> steps, IReadOnlyList<string> metricNames)
    {
        output.WriteLine(
            string.Join(',', ["step", "loss", .. metricNames, "learning_rate", "samples", "gradient_hash", "generation", "compute_microseconds", "skipped"]));
        await foreach (var step in steps)
        {
            var metrics = metricNames.Select((_, i) => i < step.Metrics.Count ? step.Metrics[i].ToString("R") : "");
            output.WriteLine(string.Join(',', [step.Step.ToString(), step.Loss.ToString("R"), .. metrics, step.LearningRate.ToString("R"),
                step.Samples.ToString(), Hash(step), step.Generation.ToString(),
                string.Join(' ', step.ComputeMicroseconds), step.Skipped ? "1" : "0"]));
        }
    }

    public static async Task WriteJsonAsync(TextWriter output, IAsyncEnumerable<StepMetrics> steps, IReadOnlyList<string> metricNames)
    {
        await foreach (var step in steps)
        {
            JsonLine.Write(output, json =>
            {
                json.WriteNumber("step", step.Step);
                json.Number("loss", step.Loss);
                json.Metrics(metricNames, step.Metrics);
                json.Number("learning_rate", step.LearningRate);
                json.WriteNumber("samples", step.Samples);
                json.WriteString("gradient_hash", Hash(step));
                json.WriteNumber("generation", step.Generation);
                json.Each("compute_microseconds", step.ComputeMicroseconds, json.WriteNumberValue);
                json.WriteBoolean("skipped", step.Skipped);
            });
        }
    }

    public static async Task WriteTableAsync(TextWriter output, IAsyncEnumerable<StepMetrics> steps, IReadOnlyList<string> metricNames, Ink ink)
    {
        var all = new List<StepMetrics>();
        await foreach (var step in steps)
        {
            all.Add(step);
        }

        if (all.Count == 0)
        {
            output.WriteLine("No step is committed yet.");
            return;
        }

        var table = new TextTable(["step", "loss", .. metricNames, "learning rate", "samples", "generation", "update"]);
        foreach (var step in Spread(all, MostRows))
        {
            var metrics = metricNames.Select((name, i) => i < step.Metrics.Count ? Format.Metric(name, step.Metrics[i]) : "-");
            table.Add([Format.Count(step.Step), Format.Loss(step.Loss), .. metrics, Format.Loss(step.LearningRate), step.Samples.ToString(),
                step.Generation.ToString(), step.Skipped ? "skipped" : "applied"]);
        }

        table.Write(output, ink);
        if (table.Count < all.Count)
        {
            output.WriteLine(ink.Dim($"{table.Count} of {Format.Count(all.Count)} steps; --csv prints all"));
        }
    }

    /// <summary>Evenly spaced items, the first and the last among them.</summary>
    public static IEnumerable<T> Spread<T>(IReadOnlyList<T> items, int most)
    {
        if (items.Count <= most)
        {
            return items;
        }

        return Enumerable.Range(0, most).Select(i => items[(int)((long)i * (items.Count - 1) / (most - 1))]);
    }

    private static string Hash(StepMetrics step) => step.GradientHash.ToString("x16");
}
