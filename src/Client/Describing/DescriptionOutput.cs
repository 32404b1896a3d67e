using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Describing;

/// <summary>`data describe`, for a person and for scripts.</summary>
internal static class DescriptionOutput
{
    private const int MostColumns = 60;

    public static void WriteText(TextWriter output, string name, DataDescription data, Ink ink)
    {
        output.WriteLine(ink.Strong($"{name}: rows of [{string.Join(", ", data.Shape)}]"));
        output.WriteLine($"  {Counts(data)}");
        foreach (var file in data.Files)
        {
            output.WriteLine($"  {file.Path}  {Format.Bytes(file.Bytes)}  SHA-256 {file.Sha256}");
        }

        var rows = data.Rows == "train" ? "training" : data.Rows;
        Statistics(output, $"features of the {rows} rows, before the transforms", data.Features, ink);
        Statistics(output, $"targets of the {rows} rows", data.Targets, ink);
        Balance(output, data, ink);
        if (data.Missing.Count > 0)
        {
            Heading(output, "missing values", ink);
            foreach (var sentence in data.Missing)
            {
                output.WriteLine($"  {sentence}");
            }
        }

        foreach (var transform in data.Transforms)
        {
            Effect(output, transform, ink);
        }
    }

    public static void WriteJson(Utf8JsonWriter json, DataDescription data)
    {
        json.WriteString("rows", data.Rows);
        json.WriteNumber("train", data.Train);
        json.Number("validation", data.Validation);
        json.Number("test", data.Test);
        json.Each("shape", data.Shape, json.WriteNumberValue);
        json.Objects("features", data.Features, column => WriteColumn(json, column));
        json.Objects("targets", data.Targets, column => WriteColumn(json, column));
        json.Objects("classes", data.Classes, one =>
        {
            json.WriteString("name", one.Name);
            json.WriteNumber("train", one.Train);
            json.Number("validation", one.Validation);
            json.Number("test", one.Test);
        });
        json.Strings("missing", data.Missing);
        json.Objects("transforms", data.Transforms, transform =>
        {
            json.WriteString("transform", transform.Text);
            json.Objects("features", transform.Columns, column =>
            {
                json.WriteString("name", column.Name);
                json.Number("mean", column.Mean);
                json.Number("std", column.Std);
                json.Number("min", column.Min);
                json.Number("max", column.Max);
            });
        });
        json.Objects("files", data.Files, file =>
        {
            json.WriteString("file", file.Path);
            json.WriteString("sha256", file.Sha256);
            json.WriteNumber("bytes", file.Bytes);
        });
    }

    private static string Counts(DataDescription data) => string.Join(", ", new[]
    {
        $"{Format.Count(data.Train)} training rows",
        data.Validation is { } validation ? $"{Format.Count(validation)} validation rows" : null,
        data.Test is { } test ? $"{Format.Count(test)} test rows" : null,
    }.OfType<string>());

    private static void Heading(TextWriter output, string text, Ink ink)
    {
        output.WriteLine();
        output.WriteLine(ink.Strong(text));
    }

    private static void Statistics(TextWriter output, string heading, IReadOnlyList<ColumnStatistics> columns, Ink ink)
    {
        if (columns.Count == 0)
        {
            return;
        }

        Heading(output, heading, ink);
        var table = new TextTable("column", "count", "mean", "std", "min", "25 %", "50 %", "75 %", "max");
        foreach (var column in columns.Take(MostColumns))
        {
            table.Add([column.Name, Format.Count(column.Count), .. new[]
                { column.Mean, column.Std, column.Min, column.LowerQuartile, column.Median, column.UpperQuartile, column.Max }.Select(Number)]);
        }

        table.Write(output, ink, "  ");
        More(output, columns.Count, ink);
    }

    private static void Balance(TextWriter output, DataDescription data, Ink ink)
    {
        if (data.Classes.Count == 0)
        {
            return;
        }

        Heading(output, "classes", ink);
        var table = new TextTable("class", "training", "share", "validation", "test");
        foreach (var one in data.Classes)
        {
            table.Add(one.Name, Format.Count(one.Train), data.Train == 0 ? "-" : $"{100.0 * one.Train / data.Train:0.00} %", Or(one.Validation), Or(one.Test));
        }

        table.Write(output, ink, "  ");

        static string Or(int? count) => count is { } known ? Format.Count(known) : "-";
    }

    private static void Effect(TextWriter output, TransformEffect transform, Ink ink)
    {
        Heading(output, $"after {transform.Text}", ink);
        if (transform.Columns.Count == 0)
        {
            return;
        }

        var table = new TextTable("column", "mean", "std", "min", "max");
        foreach (var column in transform.Columns.Take(MostColumns))
        {
            // What the rounding of the values leaves of a mean of 0.
            var mean = Math.Abs(column.Mean) < 1e-6 * column.Std ? 0 : column.Mean;
            table.Add([column.Name, .. new[] { mean, column.Std, column.Min, column.Max }.Select(Number)]);
        }

        table.Write(output, ink, "  ");
        More(output, transform.Columns.Count, ink);
    }

    private static void More(TextWriter output, int columns, Ink ink)
    {
        if (columns > MostColumns)
        {
            output.WriteLine(ink.Dim($"  {MostColumns} of {Format.Count(columns)} columns; --output json prints all"));
        }
    }

    /// <summary>As many digits as 32-bit floats have.</summary>
    private static string Number(double? value) => value?.ToString("G7").Replace('E', 'e') ?? "-";

    private static void WriteColumn(Utf8JsonWriter json, ColumnStatistics column)
    {
        json.WriteString("name", column.Name);
        json.WriteNumber("count", column.Count);
        json.Number("mean", column.Mean);
        json.Number("std", column.Std);
        json.Number("min", column.Min);
        json.Number("lower_quartile", column.LowerQuartile);
        json.Number("median", column.Median);
        json.Number("upper_quartile", column.UpperQuartile);
        json.Number("max", column.Max);
    }
}
