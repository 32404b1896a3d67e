using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`evaluate`, for a person and for scripts.</summary>
internal static class ScoresOutput
{
    /// <summary>More classes make a matrix that no terminal shows; JSON has it.</summary>
    private const int MostColumns = 20;

    public static void WriteText(TextWriter output, PredictHeader header, PredictScores scores, Ink ink)
    {
        output.WriteLine(ink.Strong($"{Format.Count(scores.Rows)} rows, with the weights of step {Format.Count(header.Step)}"));
        foreach (var (name, value) in scores.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {(name.Replace('_', ' ') + ":").PadRight(24)} {Format.Metric(name, value)}");
        }

        if (scores.Classes.Count == 0)
        {
            return;
        }

        var table = new TextTable("class", "rows", "precision", "recall", "F1", "ROC AUC");
        foreach (var one in scores.Classes)
        {
            table.Add(one.Name, Format.Count(one.Samples), Share(one.Precision), Share(one.Recall), Share(one.F1), one.HasRocAuc ? Share(one.RocAuc) : "-");
        }

        output.WriteLine();
        table.Write(output, ink, "  ");
        if (scores.Classes.Count <= MostColumns)
        {
            output.WriteLine();
            output.WriteLine(ink.Strong("  confusion matrix: a line for each true class, a column for each predicted one"));
            var matrix = new TextTable(["", .. scores.Classes.Select(one => one.Name)]);
            foreach (var one in scores.Classes)
            {
                matrix.Add([one.Name, .. one.Predicted.Select(count => Format.Count(count))]);
            }

            matrix.Write(output, ink, "  ");
        }
    }

    public static void WriteJson(Utf8JsonWriter json, PredictHeader header, PredictScores scores)
    {
        json.WriteNumber("step", header.Step);
        json.WriteString("checkpoint", header.CheckpointPath);
        json.WriteNumber("rows", scores.Rows);
        json.Numbers("metrics", scores.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal));
        json.Objects("classes", scores.Classes, one =>
        {
            json.WriteString("name", one.Name);
            json.WriteNumber("samples", one.Samples);
            json.Number("precision", one.Precision);
            json.Number("recall", one.Recall);
            json.Number("f1", one.F1);
            json.Number("roc_auc", one.HasRocAuc ? one.RocAuc : null);
            json.Each("predicted", one.Predicted, json.WriteNumberValue);
        });
    }

    private static string Share(double value) => value.ToString("0.0000");
}
