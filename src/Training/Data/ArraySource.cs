using System.Globalization;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Rows of two arrays of numbers.</summary>
internal sealed class ArraySource : LoadedSource
{
    private const int LargestClassValue = 65_535;
    private const int MostDimensions = 8;

    private readonly ArrayNames _names;
    private readonly int[] _shape;
    private readonly RowStore<double> _features;
    private readonly RowStore<double> _targets;
    private readonly int _targetWidth;
    private readonly int _first;

    private ArraySource(ArrayNames names, int[] shape, RowStore<double> features, RowStore<double> targets, int targetWidth, int first)
    {
        (_names, _shape, _features, _targets, _targetWidth, _first) = (names, shape, features, targets, targetWidth, first);
        if (targetWidth > 1)
        {
            NotClasses = $"'{names.Targets}' has {targetWidth} targets in a row, and a class is a single one";
            return;
        }

        var other = targets.Find(target => !(target >= 0 && target <= LargestClassValue && target == Math.Floor(target)));
        Classes = other < 0 ? Math.Max(names.Classes.Count, (int)Largest(targets) + 1) : null;
        NotClasses = other < 0 ? null : $"'{names.Targets}' row {first + other}: {targets[other]:R} is no class; classes are the whole numbers 0, 1, 2, ... "
            + $"up to {LargestClassValue}";
    }

    public override int Count => (int)(_targets.Length / _targetWidth);

    public override IReadOnlyList<int> Shape => _shape;

    public override int? Classes { get; }

    public override string? NotClasses { get; }

    public override int? TargetCount => _targetWidth;

    public override IReadOnlyList<string> ClassNames => _names.Classes;

    private int Width => _shape.Aggregate(1, (product, size) => product * size);

    /// <summary>Those of the rows that belong to the source; null, with problems added, where the arrays do not fit each other.</summary>
    public static ArraySource? Of(
        string role, DecodedArrays arrays, ArrayNames names, SourceSpec spec, ScratchSpace? scratch, ICollection<string> problems)
    {
        var (features, targets) = (arrays.Features, arrays.Targets);
        if (Misfit(names, features, targets) is { } misfit)
        {
            problems.Add($"{role}: {misfit}");
            return null;
        }

        var rows = targets.Shape[0];
        var range = spec.RowsOf(rows);
        if (range is not null && range.To < range.From)
        {
            problems.Add(NoneOf(role, rows, names.Targets));
            return null;
        }

        var (from, to) = range is null ? (0, rows) : ((int)range.From, (int)range.To + 1);
        if (to > rows)
        {
            problems.Add($"{role}.rows: {from} to {to - 1} was asked for, and '{names.Targets}' has the rows 0 to {rows - 1}.");
            return null;
        }

        var (width, targetWidth) = (features.Values.Length / rows, (int)(targets.Values.Length / rows));
        int[] shape = features.Shape.Length switch { 1 => [1], 3 => [1, .. features.Shape[1..]], _ => features.Shape[1..] };
        return new(
            names,
            shape,
            features.Values.Part(from * width, (to - from) * width),
            targets.Values.Part((long)from * targetWidth, (long)(to - from) * targetWidth),
            targetWidth, from)
        { Role = role, Scratch = scratch };
    }

    public override int ClassOf(int row) => (int)_targets[row];

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var (mean, std) = (new double[Channels], new double[Channels]);
        var (count, area) = (rows?.Length ?? Count, Width / Channels);
        Sum(mean, (value, _) => value);
        Array.ForEach([.. Enumerable.Range(0, Channels)], channel => mean[channel] /= (double)count * area);
        Sum(std, (value, channel) => (value - mean[channel]) * (value - mean[channel]));
        Array.ForEach([.. Enumerable.Range(0, Channels)], channel => std[channel] = Math.Sqrt(std[channel] / ((double)count * area)));
        return (mean, std);

        void Sum(double[] sums, Func<double, int, double> of)
        {
            for (var row = 0; row < count; row++)
            {
                var values = _features.Slice((long)(rows?[row] ?? row) * Width, Width);
                for (var place = 0; place < values.Length; place++)
                {
                    sums[place / area] += of(values[place], place / area);
                }
            }
        }
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        var ids = Enumerable.Range(_first, Count).ToArray();
        var made = TableRows.Of(new(_features, _targets, ids, _targetWidth), Shape, transforms, rows, classes, Scratch);
        foreach (var (place, value, array, width) in new[] { (made.Ruined?.Place, made.Ruined?.Value, _names.Features, Width),
            (made.RuinedTarget?.Place, made.RuinedTarget?.Value, _names.Targets, _targetWidth) })
        {
            if (place is { } at)
            {
                problems.Add($"{Role}: '{array}' row {_first + (at / width)} has {value?.ToString(CultureInfo.InvariantCulture)} at place "
                    + $"{at % width}; finite numbers that fit 32-bit "
                    + $"floats are needed.");
            }
        }

        return made.Rows;
    }

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_names.Targets}' row {_first + row}";

    private static double Largest(RowStore<double> values)
    {
        var largest = double.NegativeInfinity;
        values.Find(value =>
        {
            largest = Math.Max(largest, value);
            return false;
        });
        return largest;
    }

    private static string? Misfit(ArrayNames names, NumberArray features, NumberArray targets)
    {
        var (shape, target) = (features.Shape, targets.Shape);
        var (said, other) = ($"({string.Join(", ", shape)})", $"({string.Join(", ", target)})");
        var width = shape.Skip(1).Aggregate(1.0, (product, size) => product * size);
        return shape.Length is < 1 or > MostDimensions || shape.Contains(0) || width > Array.MaxLength
            ? $"'{names.Features}' has the shape {said}; allowed: (n, columns), (n, h, w), (n, channels, h, w) or more dimensions up to {MostDimensions}, "
                + "without a 0."
            : target.Length is < 1 or > 2 || target.Contains(0)
            ? $"'{names.Targets}' has the shape {other}; allowed: (n) or (n, targets), without a 0."
            : shape[0] != target[0]
            ? $"'{names.Features}' has {shape[0]} rows, and '{names.Targets}' has {target[0]}; they must be as many."
            : null;
    }
}
