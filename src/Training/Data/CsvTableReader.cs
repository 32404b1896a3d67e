using System.Globalization;
using System.Text;
using CsvHelper;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>
/// Reads the wanted columns of the selected rows of one CSV file as finite numbers. Says every problem, up to <see cref="MostProblems"/> a file.
/// </summary>
internal sealed class CsvTableReader
{
    private const int MostProblems = 20;
    private const int MostValues = 5;

    /// <summary>Distinct values of a where column that are counted: a column of row numbers has as many as rows.</summary>
    private const int MostSeen = 1000;

    /// <summary>Of one row, in bytes: a quote that is never closed must not bring a whole disk into memory.</summary>
    private const int LargestRecord = 1 << 28;

    private static readonly int MostCells = Array.MaxLength / 2;


    private readonly SourceSpec.Csv _spec;
    private readonly string _role;
    private readonly ICollection<string> _problems;
    private readonly List<double> _features = [];
    private readonly List<double> _targets = [];
    private readonly List<int> _ids = [];
    private readonly List<int> _lines = [];
    private string[] _header = [];
    private int _count;

    private CsvTableReader(SourceSpec.Csv spec, string role, ICollection<string> problems)
    {
        _spec = spec;
        _role = role;
        _problems = problems;
    }

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static CsvTable? Read(DataFileReader file, SourceSpec.Csv spec, string role, ICollection<string> problems)
    {
        var reader = new CsvTableReader(spec, role, problems);
        reader.Read(file);
        if (reader._count > MostProblems)
        {
            problems.Add($"{role}: '{spec.Path}' has {reader._count - MostProblems} more problems like these.");
        }

        return reader._count > 0 ? null : new CsvTable([.. reader._features], [.. reader._targets], [.. reader._ids], [.. reader._lines]);
    }

    private void Read(DataFileReader file)
    {
        var options = new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            MaxRecordSize = LargestRecord,
            OnMalformedRecord = bad => Report($"line {bad.LineNumber}: {Wrong(bad.Reason)}, in '{Shown.Text(bad.RawRecord)}'."),
        };
        if (NoText.Look(file) is { } other)
        {
            Report(other);
            return;
        }

        try
        {
            using var cells = CsvReader.Create(file, options, leaveOpen: true);
            Read(cells);
        }
        catch (CsvFormatException broken)
        {
            Report($"line {Math.Max(1, broken.LineNumber)}: the row that begins here cannot be read as CSV; a row has at most {LargestRecord >> 20} MiB.");
        }
    }

    private void Read(CsvReader cells)
    {
        _header = [.. cells.Headers];
        if (_header.Length == 0)
        {
            Report("is empty; a header with the columns' names is needed.");
            return;
        }

        var features = _spec.Features.Select(name => Find(name, "features")).ToArray();
        var target = Find(_spec.Target, "target");
        var where = _spec.Where.Select(pair => (Column: Find(pair.Key, "where"), pair.Key, pair.Value, Seen: new Dictionary<string, int>())).ToArray();
        if (_count > 0)
        {
            return;
        }

        for (var id = 0; cells.Read(); id++)
        {
            if (cells.FieldCount != _header.Length)
            {
                Report($"line {cells.LineNumber}: has {cells.FieldCount} cells; the header has {_header.Length}.");
                continue;
            }

            var selected = true;
            foreach (var (column, _, value, seen) in where)
            {
                var text = cells.GetString(column);
                if (seen.Count < MostSeen || seen.ContainsKey(text))
                {
                    seen[text] = seen.GetValueOrDefault(text) + 1;
                }

                selected &= text == value;
            }

            if (selected)
            {
                if (_features.Count > MostCells - features.Length)
                {
                    Report($"line {cells.LineNumber}: with this row the features are more than {MostCells} numbers; that is all that is held in memory. Select fewer rows or columns.");
                    return;
                }

                foreach (var column in features)
                {
                    _features.Add(Number(cells, column));
                }

                _targets.Add(Number(cells, target));
                _ids.Add(id);
                _lines.Add((int)cells.LineNumber);
            }
        }

        if (_ids.Count == 0 && _count == 0)
        {
            var selection = string.Join(" and ", where.Select(each => $"{Shown.Text(each.Key)} = '{Shown.Text(each.Value)}'"));
            var present = string.Join("; ", where.Select(each => $"{Shown.Text(each.Key)} has {Values(each.Seen)}"));
            Report(where.Length == 0 || where[0].Seen.Count == 0 ? "has a header but no rows." : $"has no row where {selection}: {present}.");
        }
    }

    private int Find(string name, string key)
    {
        var column = Array.IndexOf(_header, name);
        if (column < 0)
        {
            var nearest = Nearest.Of(name, _header);
            var columns = string.Join(
                ", ", _header.Take(MostProblems).Select(each => $"'{Shown.Text(each)}'")) + (_header.Length > MostProblems ? ", ..." : "");
            Report($"has no column '{Shown.Text(name)}' (asked for by {key}){(nearest is null ? "." : $"; did you mean '{Shown.Text(nearest)}'?")} Its columns are {columns}.");
        }
        else if (Array.IndexOf(_header, name, column + 1) >= 0)
        {
            Report($"has the column '{Shown.Text(name)}' (asked for by {key}) twice; names must be unique.");
        }

        return column;
    }

    private double Number(CsvReader cells, int column)
    {
        var cell = cells.GetSpan(column);
        var parsed = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!parsed || !double.IsFinite(number))
        {
            var text = Encoding.UTF8.GetString(cell).Trim();
            var what = text.Length == 0 ? "is empty" : parsed ? $"is '{Shown.Text(text)}'" : $"is '{Shown.Text(text)}', no number";
            Report($"line {cells.LineNumber}, column '{Shown.Text(_header[column])}': {what}; only finite numbers are allowed.");
        }

        return number;
    }

    private void Report(string problem)
    {
        if (++_count <= MostProblems)
        {
            _problems.Add($"{_role}: '{_spec.Path}' {problem}");
        }
    }

    private static string Values(Dictionary<string, int> seen) =>
        string.Join(", ", seen.OrderByDescending(pair => pair.Value).Take(MostValues).Select(pair => $"'{Shown.Text(pair.Key)}' ({pair.Value} rows)"))
        + (seen.Count > MostValues ? $" and {seen.Count - MostValues} other values" : "");

    private static string Wrong(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands in the middle of a cell that does not begin with one; double it and put the cell in quotes, or take it out",
        CsvMalformedReason.TextAfterClosingQuote => "text stands after the closing quote of a cell; double the quotes inside the cell, or put a comma between",
        CsvMalformedReason.UnterminatedQuote => "a cell that begins with a quote is never closed; close it, or double a quote that belongs to the text",
        _ => "the row is not well-formed",
    };
}
