using System.Text.Json;
using Sheaf.Client.Epochs;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`metrics --by epoch`, three ways. Losses and metrics are written so that reading them gives the same bits.</summary>
internal static class EpochMetricsOutput
{
    private const int MostRows = 40;

    public static void WriteCsv(TextWriter output, IReadOnlyList<EpochRow> epochs, IReadOnlyList<string> metricNames)
    {
        var (hasValidation, hasTest) = (epochs.Any(epoch => epoch.Validation is not null), epochs.Any(epoch => epoch.Test is not null));
        output.WriteLine(string.Join(',',
        [
            "epoch", .. Names("train", metricNames), .. hasValidation ? Names("validation", metricNames) : [], .. hasTest ? Names("test", metricNames) : [],
            "learning_rate", "steps", "samples", "skipped",
        ]));
        foreach (var epoch in epochs)
        {
            output.WriteLine(string.Join(',',
            [
                $"{epoch.Epoch}", .. Values(epoch.Loss, epoch.Metrics, metricNames.Count),
                .. hasValidation ? Values(epoch.Validation, metricNames.Count) : [], .. hasTest ? Values(epoch.Test, metricNames.Count) : [],
                epoch.LearningRate.ToString("R"), $"{epoch.Steps}", $"{epoch.Samples}", $"{epoch.Skipped}",
            ]));
        }
    }

    public static void WriteJson(TextWriter output, IReadOnlyList<EpochRow> epochs, IReadOnlyList<string> metricNames)
    {
        foreach (var epoch in epochs)
        {
            JsonLine.Write(output, json =>
            {
                json.WriteNumber("epoch", epoch.Epoch);
                json.Number("loss", epoch.Loss);
                json.Metrics(metricNames, epoch.Metrics);
                WriteEvaluation(json, "validation", epoch.Validation, metricNames);
                WriteEvaluation(json, "test", epoch.Test, metricNames);
                json.Number("learning_rate", epoch.LearningRate);
                json.WriteNumber("steps", epoch.Steps);
                json.WriteNumber("samples", epoch.Samples);
                json.WriteNumber("skipped", epoch.Skipped);
            });
        }
    }

    public static void WriteTable(TextWriter output, IReadOnlyList<EpochRow> epochs, IReadOnlyList<string> metricNames, Ink ink)
    {
        if (epochs.Count == 0)
        {
            output.WriteLine("No step is committed yet.");
            return;
        }

        var hasValidation = epochs.Any(epoch => epoch.Validation is not null);
        var validation = hasValidation ? Names("validation", metricNames).Select(Spaced) : [];
        var table = new TextTable(["epoch", "loss", .. metricNames, .. validation, "learning rate", "samples"]);
        foreach (var epoch in StepMetricsOutput.Spread(epochs, MostRows))
        {
            table.Add(
            [
                Format.Count(epoch.Epoch), .. Shown(epoch.Loss, epoch.Metrics, metricNames),
                .. !hasValidation ? []
                    : epoch.Validation is { } told ? Shown(told.Loss, told.Metrics, metricNames)
                    : Enumerable.Repeat("-", metricNames.Count + 1),
                Format.Loss(epoch.LearningRate), Format.Count(epoch.Samples),
            ]);
        }

        table.Write(output, ink);
        if (table.Count < epochs.Count)
        {
            output.WriteLine(ink.Dim($"{table.Count} of {Format.Count(epochs.Count)} epochs; --csv prints all"));
        }
    }

    private static IEnumerable<string> Names(string rows, IReadOnlyList<string> metricNames) => metricNames.Prepend("loss").Select(name => $"{rows}_{name}");

    private static string Spaced(string name) => name.Replace('_', ' ');

    private static IEnumerable<string> Values(Evaluation? evaluation, int metrics) =>
        evaluation is null ? Enumerable.Repeat("", metrics + 1) : Values(evaluation.Loss, evaluation.Metrics, metrics);

    private static IEnumerable<string> Values(double loss, IReadOnlyList<double> values, int metrics) =>
        Enumerable.Range(0, metrics).Select(i => i < values.Count ? values[i].ToString("R") : "").Prepend(loss.ToString("R"));

    private static IEnumerable<string> Shown(double loss, IReadOnlyList<double> values, IReadOnlyList<string> names) =>
        names.Select((name, i) => i < values.Count ? Format.Metric(name, values[i]) : "-").Prepend(Format.Loss(loss));

    private static void WriteEvaluation(Utf8JsonWriter json, string name, Evaluation? evaluation, IReadOnlyList<string> metricNames)
    {
        if (evaluation is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("step", evaluation.Step);
        json.Number("loss", evaluation.Loss);
        json.Metrics(metricNames, evaluation.Metrics);
        json.WriteEndObject();
    }
}
