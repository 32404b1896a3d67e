using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>Predictions as CSV or as JSON lines. Numbers are written so that reading them gives the same bits.</summary>
internal static class PredictionOutput
{
    /// <summary>Gives how many rows there were.</summary>
    public static async Task<long> WriteAsync(TextWriter output, IAsyncEnumerable<PredictMessage> messages, bool json)
    {
        var (header, count) = (new PredictHeader(), 0L);
        await foreach (var message in messages)
        {
            if (message.Header is { } first)
            {
                header = first;
                if (!json)
                {
                    output.WriteLine(string.Join(',', Headings(header).Select(Quoted)));
                }
            }

            foreach (var row in message.Rows?.Rows ?? Enumerable.Empty<PredictedRow>())
            {
                count++;
                if (json)
                {
                    JsonLine.Write(output, to => WriteJson(to, header, row));
                }
                else
                {
                    output.WriteLine(string.Join(',', Cells(header, row).Select(Quoted)));
                }
            }
        }

        return count;
    }

    private static IEnumerable<string> Headings(PredictHeader header)
    {
        var classes = header.ClassNames.Count > 0;
        string[] targets = classes ? [.. header.Targets.Select(_ => "target")] : [.. header.Targets.Select(name => $"target_{name}")];
        string[] predictions = classes ? ["prediction"] : [.. header.Predictions.Select(name => $"prediction_{name}")];
        return
        [
            "row", .. targets, .. HasNames(header) ? targets.Select(name => $"{name}_name") : [],
            .. predictions, .. HasNames(header) ? predictions.Select(name => $"{name}_name") : [],
            .. header.Probabilities.Select(name => $"probability_{name}"),
        ];
    }

    private static IEnumerable<string> Cells(PredictHeader header, PredictedRow row) =>
    [
        row.Id.ToString(),
        .. row.Targets.Select(Number), .. HasNames(header) ? row.Targets.Select(each => NameOf(header, each)) : [],
        .. row.Predictions.Select(Number), .. HasNames(header) ? row.Predictions.Select(each => NameOf(header, each)) : [],
        .. row.Probabilities.Select(Number),
    ];

    private static void WriteJson(Utf8JsonWriter json, PredictHeader header, PredictedRow row)
    {
        var classes = header.ClassNames.Count > 0;
        json.WriteNumber("row", row.Id);
        Values("targets", header.Targets, row.Targets);
        Values("predictions", header.Predictions, row.Predictions);
        if (HasNames(header))
        {
            json.WriteString("prediction_name", NameOf(header, row.Predictions[0]));
        }

        Values("probabilities", header.Probabilities, row.Probabilities);

        void Values(string what, IReadOnlyList<string> names, IReadOnlyList<double> values) =>
            json.Numbers(what, values.Select((value, i) => KeyValuePair.Create(classes && what != "probabilities" ? "class" : names[i], value)));
    }

    /// <summary>Classes are called something else than their numbers.</summary>
    private static bool HasNames(PredictHeader header) => header.ClassNames.Index().Any(pair => pair.Item != pair.Index.ToString());

    private static string NameOf(PredictHeader header, double place) => place >= 0 && place < header.ClassNames.Count ? header.ClassNames[(int)place] : "";

    private static string Number(double value) => value.ToString("R");

    /// <summary>RFC 4180.</summary>
    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
