using System.Globalization;
using CsvHelper;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The cells of a table's row as numbers. Reports what is none, and gives 0 for it.</summary>
internal sealed class CsvCells(CsvReader cells, SourceSpec.Csv spec, IReadOnlyList<string> header, Action<string> report)
{
    private static readonly NumberFormatInfo WithComma = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "" };

    private readonly HashSet<string> _marks = [.. spec.Missing?.Marks ?? []];
    private readonly Dictionary<string, OrderedDictionary<string, int>> _texts =
        spec.Categories.ToDictionary(name => name, _ => new OrderedDictionary<string, int>(StringComparer.Ordinal));

    /// <summary>The distinct texts of a column of categories, in the order in which they came; null for a column of numbers.</summary>
    public IReadOnlyList<string>? TextsOf(string column) => _texts.TryGetValue(column, out var texts) ? [.. texts.Keys] : null;

    public bool IsMissing(int column) =>
        spec.Missing is not null && cells.GetString(column).Trim() is var text && (text.Length == 0 || _marks.Contains(text));

    /// <summary>NaN where the cell has no value; in a column of categories the place of its text in <see cref="TextsOf"/>.</summary>
    public double Feature(int column)
    {
        if (_texts.TryGetValue(header[column], out var texts))
        {
            var text = cells.GetString(column).Trim();
            texts.TryAdd(text, texts.Count);
            return texts[text];
        }

        return IsMissing(column) ? double.NaN : Number(column);
    }

    public double Target(int column)
    {
        if (spec.ClassNames.Count == 0)
        {
            return Number(column);
        }

        var text = cells.GetString(column).Trim();
        for (var number = 0; number < spec.ClassNames.Count; number++)
        {
            if (spec.ClassNames[number] == text)
            {
                return number;
            }
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < spec.ClassNames.Count)
        {
            return place;
        }

        var nearest = Nearest.Of(text, spec.ClassNames);
        report(
            $"line {cells.LineNumber}, column '{Shown.Text(header[column])}': '{Shown.Text(text)}' is none of class_names"
            + (nearest is null ? "." : $"; did you mean '{Shown.Text(nearest)}'?"));
        return 0;
    }

    private double Number(int column)
    {
        var cell = cells.GetSpan(column);
        var culture = spec.Decimal == CsvDecimal.Comma ? WithComma : NumberFormatInfo.InvariantInfo;
        var parsed = double.TryParse(cell, NumberStyles.Float, culture, out var number);
        if (!parsed || !double.IsFinite(number))
        {
            var text = cells.GetString(column).Trim();
            var what = text.Length == 0 ? "is empty" : parsed ? $"is '{Shown.Text(text)}'" : $"is '{Shown.Text(text)}', no number";
            report($"line {cells.LineNumber}, column '{Shown.Text(header[column])}': {what}; only finite numbers {Allowed()}.");
        }

        return number;
    }

    private string Allowed() => spec.Decimal == CsvDecimal.Comma ? "with a decimal comma, and no points between thousands, are allowed" : "are allowed";
}
