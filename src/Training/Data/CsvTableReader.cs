using CsvHelper;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>
/// Reads the wanted columns of the selected rows of one CSV file as finite numbers. Says every problem, up to <see cref="MostProblems"/> a file.
/// </summary>
internal sealed class CsvTableReader : IDisposable
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
    private readonly bool _inMemory;
    private readonly RowWriter<double> _features;
    private readonly RowWriter<double> _targets;
    private readonly Dictionary<string, int> _dropped = [];
    private readonly RowWriter<int> _ids;
    private readonly RowWriter<int> _lines;
    private CsvCells? _cells;
    private string[] _header = [];
    private int _count;

    private CsvTableReader(SourceSpec.Csv spec, string role, ScratchSpace? scratch, ICollection<string> problems)
    {
        (_spec, _role, _problems, _inMemory) = (spec, role, problems, scratch is null);
        (_features, _targets, _ids, _lines) = (new(scratch), new(scratch), new(scratch), new(scratch));
    }

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static CsvTable? Read(DataFileReader file, SourceSpec.Csv spec, string role, ScratchSpace? scratch, ICollection<string> problems)
    {
        using var reader = new CsvTableReader(spec, role, scratch, problems);
        reader.Read(file);
        if (reader._count > MostProblems)
        {
            problems.Add($"{role}: '{spec.Path}' has {reader._count - MostProblems} more problems like these.");
        }

        return reader._count > 0
            ? null
            : new CsvTable(
                spec.Features,
                reader._features.Finish(),
                [.. spec.Features.Select(name => reader._cells!.TextsOf(name))],
                reader._targets.Finish(),
                reader._ids.Finish(),
                reader._lines.Finish(),
                reader._dropped);
    }

    public void Dispose()
    {
        _features.Dispose();
        _targets.Dispose();
        _ids.Dispose();
        _lines.Dispose();
    }

    private void Read(DataFileReader file)
    {
        if (_spec.IsParquet)
        {
            if (ParquetText.Of(file, _spec, Report) is { } table)
            {
                Read((Stream)table);
            }
        }
        else if (NoText.Look(file) is { } other)
        {
            Report(other);
        }
        else
        {
            Read((Stream)file);
        }
    }

    private void Read(Stream text)
    {
        try
        {
            using var cells = CsvDialect.Reader(
                text, _spec, LargestRecord, bad => Report($"line {bad.LineNumber}: {CsvDialect.Wrong(bad.Reason)}, in '{Shown.Text(bad.RawRecord)}'."));
            Read(cells);
        }
        catch (CsvFormatException broken)
        {
            Report($"line {Math.Max(1, broken.LineNumber)}: the row that begins here cannot be read as CSV; a row has at most {LargestRecord >> 20} MiB.");
        }
    }

    private void Read(CsvReader cells)
    {
        _header = _spec.Columns.Count > 0 ? [.. _spec.Columns] : [.. cells.Headers];
        if (_header.Length == 0)
        {
            Report("is empty; a header with the columns' names is needed.");
            return;
        }

        var features = _spec.Features.Select(name => Find(name, "features")).ToArray();
        var targets = _spec.Targets.Select(name => Find(name, "target")).ToArray();
        var where = _spec.Where.Select(pair => (Column: Find(pair.Key, "where"), pair.Key, pair.Value, Seen: new Dictionary<string, int>())).ToArray();
        if (_count > 0)
        {
            return;
        }

        _cells = new(cells, _spec, _header, Report);
        var id = 0;
        for (; cells.Read(); id++)
        {
            if (id > _spec.Rows?.To)
            {
                // The rest is read as well: the file is known by the hash of all of it.
                continue;
            }

            if (cells.FieldCount != _header.Length)
            {
                Report($"line {cells.LineNumber}: has {cells.FieldCount} cells; {(_spec.Columns.Count > 0 ? "columns" : "the header")} has {_header.Length}.");
                continue;
            }

            var selected = id >= (_spec.Rows?.From ?? 0);
            foreach (var (column, _, value, seen) in where)
            {
                var text = cells.GetString(column);
                if (seen.Count < MostSeen || seen.ContainsKey(text))
                {
                    seen[text] = seen.GetValueOrDefault(text) + 1;
                }

                selected &= text == value;
            }

            if (selected && !Drops(features, targets))
            {
                if (_inMemory && _features.Length > MostCells - features.Length)
                {
                    Report($"line {cells.LineNumber}: with this row the features are more than {MostCells} numbers; that is all that is held in memory. "
                        + "Select fewer rows or columns.");
                    return;
                }

                foreach (var column in features)
                {
                    _features.Add(_cells.Feature(column));
                }

                foreach (var target in targets)
                {
                    _targets.Add(_cells.Target(target));
                }

                _ids.Add(id);
                _lines.Add((int)cells.LineNumber);
            }
        }

        if (_spec.Rows is { } range && range.To >= id && _count == 0)
        {
            Report($"has {id} rows, 0 to {id - 1}; rows asks for {range.From} to {range.To}.");
        }

        if (_dropped.Count > 0 && _ids.Length == 0 && _count == 0)
        {
            Report("has no row without a missing value: "
                + $"{string.Join(", ", _dropped.Select(pair => $"column '{Shown.Text(pair.Key)}' misses {pair.Value}"))}.");
        }

        if (_ids.Length == 0 && _count == 0)
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
            Report($"has no column '{Shown.Text(name)}' (asked for by {key}){(nearest is null ? "." : $"; did you mean '{Shown.Text(nearest)}'?")} Its "
                + $"columns are {columns}.");
        }
        else if (Array.IndexOf(_header, name, column + 1) >= 0)
        {
            Report($"has the column '{Shown.Text(name)}' (asked for by {key}) twice; names must be unique.");
        }

        return column;
    }

    /// <summary>Whether the row is left out for want of a value, which is counted.</summary>
    private bool Drops(int[] features, int[] targets)
    {
        if (_spec.Missing is not { } missing)
        {
            return false;
        }

        foreach (var column in missing.Fill == MissingFill.Drop ? features.Concat(targets) : targets)
        {
            if (_cells!.IsMissing(column))
            {
                _dropped[_header[column]] = _dropped.GetValueOrDefault(_header[column]) + 1;
                return true;
            }
        }

        return false;
    }

    private void Report(string problem)
    {
        if (++_count <= MostProblems)
        {
            _problems.Add($"{_role}: '{_spec.Path}' {(_spec.IsParquet ? ParquetText.Placed(problem) : problem)}");
        }
    }

    private static string Values(Dictionary<string, int> seen) =>
        string.Join(", ", seen.OrderByDescending(pair => pair.Value).Take(MostValues).Select(pair => $"'{Shown.Text(pair.Key)}' ({pair.Value} rows)"))
        + (seen.Count > MostValues ? $" and {seen.Count - MostValues} other values" : "");
}
