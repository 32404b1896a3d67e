using System.Text.Json;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Columns of one CSV file.</summary>
internal sealed class CsvSource : LoadedSource
{
    /// <summary>A whole number up to this can be a class.</summary>
    private const int LargestClassValue = 65_535;

    /// <summary>How much larger than its text a table is once it is read: a short cell becomes eight bytes.</summary>
    private const int Growth = 4;

    private readonly SourceSpec.Csv _spec;
    private readonly CsvTable _table;
    private readonly IReadOnlyDictionary<string, int> _filled;
    private readonly IReadOnlyList<string> _columns;
    private (TableRows Rows, (long Place, double Value, double Before)? Ruined, (long Place, double Value, double Before)? RuinedTarget)? _transformed;

    private CsvSource(SourceSpec.Csv spec, CsvTable table, IReadOnlyDictionary<string, int> filled, IReadOnlyList<string> columns)
    {
        (_spec, _table, _filled, _columns) = (spec, table, filled, columns);
        if (spec.Targets.Count > 1)
        {
            NotClasses = $"'{spec.Path}' has {spec.Targets.Count} target columns, and a class is a single one";
            return;
        }

        var other = table.Targets.Find(target => !(target >= 0 && target <= LargestClassValue && target == Math.Floor(target)));
        Classes = other < 0 ? Math.Max(spec.ClassNames.Count, Largest(table.Targets) + 1) : null;
        NotClasses = other < 0
            ? null
            : $"'{spec.Path}' {table.PlaceOf(spec, other)}, column '{Shown.Text(spec.Targets[0])}': {table.Targets[other]:R} is no class; "
                + $"classes are the whole numbers 0, 1, 2, ... up to {LargestClassValue}";
    }

    public override int Count => _table.Count;

    public override IReadOnlyList<int> Shape => [_table.Names.Count];

    public override int? Classes { get; }

    public override string? NotClasses { get; }

    public override IReadOnlyList<string> FeatureNames => _table.Names;

    public override IReadOnlyList<string> FeatureColumns => _columns;

    public override IReadOnlyList<int> IndexColumns =>
        [.. Enumerable.Range(0, _table.Names.Count).Where(column => _spec.Index.Contains(_table.Names[column]))];

    public override IReadOnlyList<string> TargetNames => _spec.Targets;

    public override IReadOnlyList<string> ClassNames => _spec.ClassNames;

    public override IReadOnlyDictionary<string, int> Dropped => _table.Dropped;

    public override IReadOnlyDictionary<string, int> Filled => _filled;

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static CsvSource? Load(SourceSpec.Csv spec, string role, DataFiles files, List<string> problems) =>
        files.Decoded(
            JsonSerializer.Serialize(spec with { Path = "" }),
            DataFiles.Bytes([spec.Path]) * Growth > files.Scratch?.InMemory,
            role,
            cancel => [DataFiles.Hash(spec.Path, cancel)],
            () => files.Read(spec.Path, role, file => CsvTableReader.Read(file, spec, role, files.Scratch, problems)),
            table => table.Pack(),
            CsvTable.Unpack) is { } table
            ? new CsvSource(spec, table, new Dictionary<string, int>(), spec.HasPatterns ? table.Names : []) { Role = role, Scratch = files.Scratch }
            : null;

    public override int ClassOf(int row) => (int)_table.Targets[row];

    public override void CheckLike(LoadedSource other, ICollection<string> problems)
    {
        base.CheckLike(other, problems);
        if (other is not CsvSource csv)
        {
            return;
        }

        if (_spec.Targets.Count != csv._spec.Targets.Count)
        {
            problems.Add($"{Role}: it has {_spec.Targets.Count} targets, but {other.Role} has {csv._spec.Targets.Count}; all sources need as many.");
        }

        if (!_spec.ClassNames.SequenceEqual(csv._spec.ClassNames))
        {
            problems.Add($"{Role}: its class_names are not those of {other.Role}; all sources need the same, in the same order.");
        }

        if (_spec.Missing is { } missing && missing.Fill != MissingFill.Drop && missing.Fill != csv._spec.Missing?.Fill)
        {
            problems.Add(
                $"{Role}: its cells without a value would be filled by {missing.Fill.Text}, and those of {other.Role} are not; "
                + "say the same fill in both, or drop here.");
        }

        if (_spec.HasPatterns && !_table.Names.SequenceEqual(csv._table.Names))
        {
            var odd = _table.Names.Except(csv._table.Names).Concat(csv._table.Names.Except(_table.Names)).Take(5)
                .Select(name => $"'{Shown.Text(name)}'").ToList();
            problems.Add($"{Role}: the patterns in features stand for other columns than in {other.Role}"
                + $"{(odd.Count > 0 ? $" ({string.Join(", ", odd)})" : ", or for the same in another order")}; "
                + "name the columns, or leave these out with except.");
        }

        for (var column = 0; column < Math.Min(_table.Names.Count, csv._table.Names.Count); column++)
        {
            var name = _table.Names[column];
            if (_spec.OneHot.Contains(name) != csv._spec.OneHot.Contains(name) || _spec.Index.Contains(name) != csv._spec.Index.Contains(name))
            {
                var how = _spec.OneHot.Concat(csv._spec.OneHot).Contains(name) ? "one_hot" : "index";
                problems.Add($"{Role}: the feature '{Shown.Text(name)}' is {how} in one of {Role} and {other.Role} only; say it in both.");
            }
        }
    }

    public override SourceRules? Learn(int[]? rows, ICollection<string> problems) =>
        _spec.Missing is null && !_spec.Categories.Any() ? null : TableFit.Learn(_spec, Role, _table, rows, problems);

    public override LoadedSource Complete(SourceRules rules, ICollection<string> problems)
    {
        var filled = new Dictionary<string, int>();
        var fitted = TableFit.Apply((ColumnRules)rules, _spec, Role, _table, filled, Scratch, problems);
        return new CsvSource(_spec, fitted, filled, _columns) { Role = Role, Scratch = Scratch };
    }

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var (mean, std) = (new double[Channels], new double[Channels]);
        var count = rows?.Length ?? Count;
        Each((value, column) => mean[column] += value / count);
        Each((value, column) => std[column] += (value - mean[column]) * (value - mean[column]) / count);
        for (var column = 0; column < Channels; column++)
        {
            std[column] = double.IsFinite(std[column]) ? Math.Sqrt(std[column]) : Wide(column);
        }

        return (mean, std);

        // The squares were beyond a double: with the largest difference as the unit they are not.
        double Wide(int column)
        {
            var (unit, sum) = (0.0, 0.0);
            for (var row = 0; row < count; row++)
            {
                unit = Math.Max(unit, Math.Abs((At(row, column) / 2) - (mean[column] / 2)));
            }

            for (var row = 0; row < count; row++)
            {
                var share = ((At(row, column) / 2) - (mean[column] / 2)) / unit;
                sum += share * share / count;
            }

            return Math.Min(double.MaxValue, 2 * unit * Math.Sqrt(sum));
        }

        void Each(Action<double, int> with)
        {
            for (var row = 0; row < count; row++)
            {
                var values = _table.Features.Slice((long)(rows?[row] ?? row) * Channels, Channels);
                for (var column = 0; column < values.Length; column++)
                {
                    with(values[column], column);
                }
            }
        }

        double At(int row, int column) => _table.Features[((long)(rows?[row] ?? row) * Channels) + column];
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        if (_transformed is null)
        {
            _transformed = TableRows.Of(
                new(_table.Features, _table.Targets, _table.Ids, _spec.Targets.Count), Shape, transforms, null, classes, Scratch);
            if (_transformed.Value.Ruined is var (place, _, value))
            {
                problems.Add(TooLarge(place / Channels, _table.Names[(int)(place % Channels)], value));
            }

            if (_transformed.Value.RuinedTarget is var (target, _, number))
            {
                problems.Add(TooLarge(target / _spec.Targets.Count, _spec.Targets[(int)(target % _spec.Targets.Count)], number));
            }
        }

        return _transformed.Value.Rows.Picked(rows);
    }

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Path}' {_table.PlaceOf(_spec, row)}, column '{Shown.Text(_spec.Targets[0])}'";

    private static int Largest(RowStore<double> targets)
    {
        var largest = 0.0;
        targets.Find(target =>
        {
            largest = Math.Max(largest, target);
            return false;
        });
        return (int)largest;
    }

    private string TooLarge(long row, string column, double value) =>
        $"{Role}: '{_spec.Path}' {_table.PlaceOf(_spec, row)}, column '{Shown.Text(column)}': {value:R} is too large for 32-bit floats after the transforms; "
            + "scale it.";
}
