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

    private SourceSpec.Csv _spec;
    private readonly string _role;
    private readonly ICollection<string> _problems;
    private readonly bool _inMemory;
    private readonly RowWriter<double> _features;
    private readonly RowWriter<double> _targets;
    private readonly List<(int Id, int Column)> _dropped = [];
    private readonly RowWriter<int> _ids;
    private readonly RowWriter<int> _lines;
    private CsvCells? _cells;
    private string[] _header = [];
    private int _count;
    private int _row;
    private int _rows;

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

        return reader._count > 0 ? null : reader.Table();
    }

    public void Dispose()
    {
        _features.Dispose();
        _targets.Dispose();
        _ids.Dispose();
        _lines.Dispose();
    }

    /// <summary>Of the rows that belong to the source; null, with a problem reported, where its share has none.</summary>
    private CsvTable? Table()
    {
        var (from, to) = _spec.Share?.Of(_rows) ?? (0, _rows);
        var ids = _ids.Finish();
        var first = ids.Find(id => id >= from) is >= 0 and var found ? found : ids.Length;
        var end = ids.Find(id => id >= to) is >= 0 and var after ? after : ids.Length;
        if (end <= first)
        {
            Report($"has {_rows} rows, and none of them is in this share; widen it.");
            return null;
        }

        var (count, width, targets) = (end - first, _spec.Features.Count, _spec.Targets.Count);
        return new(
            _spec.Features,
            _features.Finish().Part(first * width, count * width),
            [.. _spec.Features.Select(name => _cells!.TextsOf(name))],
            _targets.Finish().Part(first * targets, count * targets),
            ids.Part(first, count),
            _lines.Finish().Part(first, count),
            _dropped.Where(row => row.Id >= from && row.Id < to).GroupBy(row => _header[row.Column]).ToDictionary(rows => rows.Key, rows => rows.Count()));
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

        _spec = ColumnPatterns.Resolved(_spec, _header, Report);
        var features = _spec.Features.Select(name => Find(name, "features")).ToArray();
        foreach (var other in _spec.Categories.Except(_spec.Features))
        {
            var key = _spec.OneHot.Contains(other) ? "one_hot" : "index";
            Report($"has no feature '{Shown.Text(other)}' (asked for by {key}); name it in features, or take it out of except.");
        }

        int[] targets = _spec.IsUnlabelled ? [] : [.. _spec.Targets.Select(name => Find(name, "target"))];
        var where = _spec.Where.Select(pair => (Column: Find(pair.Key, "where"), pair.Key, pair.Value, Seen: new Dictionary<string, int>())).ToArray();
        if (_count > 0)
        {
            return;
        }

        _cells = new(cells, _spec, _header, Report);
        var id = 0;
        for (; cells.Read(); id++)
        {
            _row = id;
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

            if (selected && !Drops(id, features, targets))
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

                for (var target = 0; target < _spec.Targets.Count; target++)
                {
                    _targets.Add(_spec.IsUnlabelled ? 0 : _cells.Target(targets[target]));
                }

                _ids.Add(id);
                _lines.Add((int)cells.LineNumber);
            }
        }

        _rows = id;
        if (_spec.Rows is { } range && range.To >= id && _count == 0)
        {
            Report($"has {id} rows, 0 to {id - 1}; rows asks for {range.From} to {range.To}.");
        }

        if (_dropped.Count > 0 && _ids.Length == 0 && _count == 0)
        {
            var lacking = _dropped.GroupBy(row => row.Column).Select(rows => $"column '{Shown.Text(_header[rows.Key])}' misses {rows.Count()}");
            Report($"has no row without a missing value: {string.Join(", ", lacking)}.");
        }

        if (_ids.Length == 0 && _count == 0)
        {
            var selection = string.Join(" and ", where.Select(each => $"{Shown.Text(each.Key)} = '{Shown.Text(each.Value)}'"));
            var present = string.Join("; ", where.Select(each => $"{Shown.Text(each.Key)} has {Values(each.Seen)}"));
            var none = _spec.IsParquet ? "has no rows." : "has a header but no rows.";
            Report(where.Length == 0 || where[0].Seen.Count == 0 ? none : $"has no row where {selection}: {present}.");
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
    private bool Drops(int id, int[] features, int[] targets)
    {
        if (_spec.Missing is not { } missing)
        {
            return false;
        }

        foreach (var column in missing.Fill == MissingFill.Drop ? features.Concat(targets) : targets)
        {
            if (_cells!.IsMissing(column))
            {
                _dropped.Add((id, column));
                return true;
            }
        }

        return false;
    }

    private void Report(string problem)
    {
        if (++_count <= MostProblems)
        {
            _problems.Add($"{_role}: '{_spec.Path}' {(_spec.IsParquet ? ParquetText.Placed(problem, _row) : problem)}");
        }
    }

    private static string Values(Dictionary<string, int> seen) =>
        string.Join(", ", seen.OrderByDescending(pair => pair.Value).Take(MostValues).Select(pair => $"'{Shown.Text(pair.Key)}' ({pair.Value} rows)"))
        + (seen.Count > MostValues ? $" and {seen.Count - MostValues} other values" : "");
}
