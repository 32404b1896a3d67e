using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Columns of one CSV file.</summary>
internal sealed class CsvSource : LoadedSource
{
    /// <summary>A whole number up to this can be a class.</summary>
    private const int LargestClassValue = 65_535;

    private readonly SourceSpec.Csv _spec;
    private readonly CsvTable _table;
    private (float[] Features, float[] Targets)? _transformed;

    private CsvSource(SourceSpec.Csv spec, CsvTable table)
    {
        _spec = spec;
        _table = table;
        var other = Array.FindIndex(table.Targets, target => !(target >= 0 && target <= LargestClassValue && target == Math.Floor(target)));
        Classes = other < 0 ? (int)table.Targets.Max() + 1 : null;
        NotClasses = other < 0
            ? null
            : $"'{spec.Path}' line {table.Lines[other]}, column '{Shown.Text(spec.Target)}': {table.Targets[other]:R} is no class; "
                + $"classes are the whole numbers 0, 1, 2, ... up to {LargestClassValue}";
    }

    public override int Count => _table.Ids.Length;

    public override IReadOnlyList<int> Shape => [_spec.Features.Count];

    public override int? Classes { get; }

    public override string? NotClasses { get; }

    public override IReadOnlyList<string> FeatureNames => _spec.Features;

    public override string? TargetName => _spec.Target;

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static CsvSource? Load(SourceSpec.Csv spec, string role, DataFiles files, List<string> problems) =>
        files.Read(spec.Path, role, file => CsvTableReader.Read(file, spec, role, problems)) is { } table ? new CsvSource(spec, table) { Role = role } : null;

    public override int ClassOf(int row) => (int)_table.Targets[row];

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
        return new TableRows(Shape, _transformed.Value.Features, _transformed.Value.Targets, _table.Ids, rows, classes);
    }

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Path}' line {_table.Lines[row]}, column '{Shown.Text(_spec.Target)}'";

    private float[] Transform(IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        var floats = new float[_table.Features.Length];
        for (var place = 0; place < floats.Length; place++)
        {
            var column = place % Channels;
            floats[place] = (float)Transforms.Apply(transforms, _table.Features[place], column);
            if (!float.IsFinite(floats[place]))
            {
                problems.Add(TooLarge(place / Channels, _spec.Features[column], _table.Features[place]));
                break;
            }
        }

        return floats;
    }

    private float[] Round(ICollection<string> problems)
    {
        var floats = Array.ConvertAll(_table.Targets, target => (float)target);
        var row = Array.FindIndex(floats, target => !float.IsFinite(target));
        if (row >= 0)
        {
            problems.Add(TooLarge(row, _spec.Target, _table.Targets[row]));
        }

        return floats;
    }

    private string TooLarge(int row, string column, double value) =>
        $"{Role}: '{_spec.Path}' line {_table.Lines[row]}, column '{Shown.Text(column)}': {value:R} is too large for 32-bit floats after the transforms; "
            + "scale it.";
}
