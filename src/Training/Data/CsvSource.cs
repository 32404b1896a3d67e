using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Columns of one CSV file.</summary>
internal sealed class CsvSource : LoadedSource
{
    /// <summary>A whole number up to this can be a class.</summary>
    private const int LargestClassValue = 65_535;

    private readonly SourceSpec.Csv _spec;
    private readonly CsvTable _table;
    private readonly IReadOnlyDictionary<string, int> _filled;
    private (float[] Features, float[] Targets)? _transformed;

    private CsvSource(SourceSpec.Csv spec, CsvTable table, IReadOnlyDictionary<string, int> filled)
    {
        (_spec, _table, _filled) = (spec, table, filled);
        if (spec.Targets.Count > 1)
        {
            NotClasses = $"'{spec.Path}' has {spec.Targets.Count} target columns, and a class is a single one";
            return;
        }

        var other = Array.FindIndex(table.Targets, target => !(target >= 0 && target <= LargestClassValue && target == Math.Floor(target)));
        Classes = other < 0 ? Math.Max(spec.ClassNames.Count, (int)table.Targets.Max() + 1) : null;
        NotClasses = other < 0
            ? null
            : $"'{spec.Path}' {table.PlaceOf(spec, other)}, column '{Shown.Text(spec.Targets[0])}': {table.Targets[other]:R} is no class; "
                + $"classes are the whole numbers 0, 1, 2, ... up to {LargestClassValue}";
    }

    public override int Count => _table.Ids.Length;

    public override IReadOnlyList<int> Shape => [_table.Names.Count];

    public override int? Classes { get; }

    public override string? NotClasses { get; }

    public override IReadOnlyList<string> FeatureNames => _table.Names;

    public override IReadOnlyList<string> TargetNames => _spec.Targets;

    public override IReadOnlyList<string> ClassNames => _spec.ClassNames;

    public override IReadOnlyDictionary<string, int> Dropped => _table.Dropped;

    public override IReadOnlyDictionary<string, int> Filled => _filled;

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static CsvSource? Load(SourceSpec.Csv spec, string role, DataFiles files, List<string> problems) =>
        files.Read(spec.Path, role, file => CsvTableReader.Read(file, spec, role, problems)) is { } table
            ? new CsvSource(spec, table, new Dictionary<string, int>()) { Role = role }
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

        for (var column = 0; column < Math.Min(_table.Names.Count, csv._table.Names.Count); column++)
        {
            if (_table.Texts[column] is null != csv._table.Texts[column] is null)
            {
                problems.Add(
                    $"{Role}: the feature '{Shown.Text(_table.Names[column])}' is one_hot in one of {Role} and {other.Role} only; say it in both.");
            }
        }
    }

    public override SourceRules? Learn(int[]? rows, ICollection<string> problems) =>
        _spec.Missing is null && _spec.OneHot.Count == 0 ? null : TableFit.Learn(_spec, Role, _table, rows, problems);

    public override LoadedSource Complete(SourceRules rules, ICollection<string> problems)
    {
        var filled = new Dictionary<string, int>();
        return new CsvSource(_spec, TableFit.Apply((ColumnRules)rules, _spec, Role, _table, filled, problems), filled) { Role = Role };
    }

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var (mean, std) = (new double[Channels], new double[Channels]);
        var count = rows?.Length ?? Count;
        for (var column = 0; column < Channels; column++)
        {
            for (var row = 0; row < count; row++)
            {
                mean[column] += At(row, column) / count;
            }

            for (var row = 0; row < count; row++)
            {
                var difference = At(row, column) - mean[column];
                std[column] += difference * difference / count;
            }

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

        double At(int row, int column) => _table.Features[((rows?[row] ?? row) * Channels) + column];
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        _transformed ??= (Transform(transforms, problems), Round(problems));
        return new TableRows(Shape, _transformed.Value.Features, _transformed.Value.Targets, _table.Ids, rows, classes, _spec.Targets.Count);
    }

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Path}' {_table.PlaceOf(_spec, row)}, column '{Shown.Text(_spec.Targets[0])}'";

    private float[] Transform(IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        var floats = new float[_table.Features.Length];
        for (var place = 0; place < floats.Length; place++)
        {
            var column = place % Channels;
            floats[place] = (float)Transforms.Apply(transforms, _table.Features[place], column);
            if (!float.IsFinite(floats[place]))
            {
                problems.Add(TooLarge(place / Channels, _table.Names[column], _table.Features[place]));
                break;
            }
        }

        return floats;
    }

    private float[] Round(ICollection<string> problems)
    {
        var floats = Array.ConvertAll(_table.Targets, target => (float)target);
        var place = Array.FindIndex(floats, target => !float.IsFinite(target));
        if (place >= 0)
        {
            problems.Add(TooLarge(place / _spec.Targets.Count, _spec.Targets[place % _spec.Targets.Count], _table.Targets[place]));
        }

        return floats;
    }

    private string TooLarge(int row, string column, double value) =>
        $"{Role}: '{_spec.Path}' {_table.PlaceOf(_spec, row)}, column '{Shown.Text(column)}': {value:R} is too large for 32-bit floats after the transforms; "
            + "scale it.";
}
