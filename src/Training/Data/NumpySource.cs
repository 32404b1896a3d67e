using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Rows of two arrays.</summary>
internal sealed class NumpySource : LoadedSource
{
    private const int LargestClassValue = 65_535;

    private readonly SourceSpec.Numpy _spec;
    private readonly int[] _shape;
    private readonly double[] _features;
    private readonly double[] _targets;
    private readonly int _targetWidth;
    private readonly int _first;

    private NumpySource(SourceSpec.Numpy spec, int[] shape, double[] features, double[] targets, int targetWidth, int first)
    {
        (_spec, _shape, _features, _targets, _targetWidth, _first) = (spec, shape, features, targets, targetWidth, first);
        if (targetWidth > 1)
        {
            NotClasses = $"'{spec.Target}' has {targetWidth} targets in a row, and a class is a single one";
            return;
        }

        var other = Array.FindIndex(targets, target => !(target >= 0 && target <= LargestClassValue && target == Math.Floor(target)));
        Classes = other < 0 ? Math.Max(spec.ClassNames.Count, (int)targets.Max() + 1) : null;
        NotClasses = other < 0 ? null : $"'{spec.Target}' row {first + other}: {targets[other]:R} is no class; classes are the whole numbers 0, 1, 2, ... "
            + $"up to {LargestClassValue}";
    }

    public override int Count => _targets.Length / _targetWidth;

    public override IReadOnlyList<int> Shape => _shape;

    public override int? Classes { get; }

    public override string? NotClasses { get; }

    public override int? TargetCount => _targetWidth;

    public override IReadOnlyList<string> ClassNames => _spec.ClassNames;

    private int Width => _shape.Aggregate(1, (product, size) => product * size);

    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static NumpySource? Load(SourceSpec.Numpy spec, string role, DataFiles files, List<string> problems)
    {
        var (features, targets) = (Array(spec.Features, "features"), Array(spec.Target, "target"));
        if (features is null || targets is null)
        {
            return null;
        }

        if (Misfit(spec, features, targets) is { } misfit)
        {
            problems.Add($"{role}: {misfit}");
            return null;
        }

        var rows = targets.Shape[0];
        var (from, to) = spec.Rows is { } range ? ((int)range.From, (int)range.To + 1) : (0, rows);
        if (to > rows)
        {
            problems.Add($"{role}.rows: {from} to {to - 1} was asked for, and '{spec.Target}' has the rows 0 to {rows - 1}.");
            return null;
        }

        var (width, targetWidth) = (features.Values.Length / rows, targets.Values.Length / rows);
        int[] shape = features.Shape.Length switch { 1 => [1], 3 => [1, .. features.Shape[1..]], _ => features.Shape[1..] };
        return new(spec, shape, features.Values[(from * width)..(to * width)], targets.Values[(from * targetWidth)..(to * targetWidth)], targetWidth,
            from) { Role = role };

        NumpyArray? Array(string array, string key)
        {
            var path = SourceSpec.Numpy.FileOf(array);
            return files.Read(
                path, $"{role}.{key}", file => NumpyReader.Read(file, SourceSpec.Numpy.NameOf(array), problem =>
                    problems.Add($"{role}.{key}: '{path}' {problem}")));
        }
    }

    public override int ClassOf(int row) => (int)_targets[row];

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var (mean, std) = (new double[Channels], new double[Channels]);
        var (count, area) = (rows?.Length ?? Count, Width / Channels);
        for (var channel = 0; channel < Channels; channel++)
        {
            mean[channel] = Sum(channel, value => value) / ((double)count * area);
            std[channel] = Math.Sqrt(Sum(channel, value => (value - mean[channel]) * (value - mean[channel])) / ((double)count * area));
        }

        return (mean, std);

        double Sum(int channel, Func<double, double> of)
        {
            var sum = 0.0;
            for (var row = 0; row < count; row++)
            {
                foreach (var value in _features.AsSpan(((rows?[row] ?? row) * Width) + (channel * area), area))
                {
                    sum += of(value);
                }
            }

            return sum;
        }
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        var floats = new float[_features.Length];
        for (var place = 0; place < floats.Length; place++)
        {
            floats[place] = (float)Transforms.Apply(transforms, _features[place], place % Width / (Width / Channels));
        }

        var targets = System.Array.ConvertAll(_targets, target => (float)target);
        Finite(floats, Width, _spec.Features, problems);
        Finite(targets, _targetWidth, _spec.Target, problems);
        return new TableRows(Shape, floats, targets, [.. Enumerable.Range(_first, Count)], rows, classes, _targetWidth);
    }

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Target}' row {_first + row}";

    private void Finite(float[] values, int width, string array, ICollection<string> problems)
    {
        if (System.Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and var place)
        {
            problems.Add($"{Role}: '{array}' row {_first + (place / width)} has {values[place]} at place {place % width}; finite numbers that fit 32-bit "
                + $"floats are needed.");
        }
    }

    private static string? Misfit(SourceSpec.Numpy spec, NumpyArray features, NumpyArray targets)
    {
        var (shape, target) = (features.Shape, targets.Shape);
        var (said, other) = ($"({string.Join(", ", shape)})", $"({string.Join(", ", target)})");
        return shape.Length is < 1 or > 4 || shape.Contains(0)
            ? $"'{spec.Features}' has the shape {said}; allowed: (n, columns), (n, h, w) or (n, channels, h, w), without a 0."
            : target.Length is < 1 or > 2 || target.Contains(0)
            ? $"'{spec.Target}' has the shape {other}; allowed: (n) or (n, targets), without a 0."
            : shape[0] != target[0]
            ? $"'{spec.Features}' has {shape[0]} rows, and '{spec.Target}' has {target[0]}; they must be as many."
            : null;
    }
}
