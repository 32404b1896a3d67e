using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Images of unsigned bytes and a label of one byte for each.</summary>
/// <param name="shape">Of one image: [channels, height, width].</param>
/// <param name="firstRow">The place in the files of the first of these rows.</param>
/// <param name="labelFile">The file of a row's label, for messages.</param>
internal sealed class ImageSource(int[] shape, byte[] pixels, byte[] labels, int firstRow, IReadOnlyList<string> classNames, Func<int,
    string> labelFile) : LoadedSource
{
    private readonly byte[] _bytes = pixels;

    public override int Count => labels.Length;

    public override IReadOnlyList<int> Shape => shape;

    public override int? Classes { get; } = Math.Max(classNames.Count, labels.Max() + 1);

    public override IReadOnlyList<string> ClassNames => classNames;

    /// <summary>Those of the rows that <paramref name="range"/> picks; null, with a problem added, where they are not there.</summary>
    public static ImageSource? Of(
        string role, int[] shape, byte[] pixels, byte[] labels, RowRange? range, IReadOnlyList<string> classNames, Func<int, string> labelFile,
            ICollection<string> problems)
    {
        if (classNames.Count > 0 && Array.FindIndex(labels, label => label >= classNames.Count) is >= 0 and var unnamed)
        {
            problems.Add(
                $"{role}: '{labelFile(unnamed)}' has label {labels[unnamed]} at row {unnamed}, and class_names has {classNames.Count} names, for 0 to "
                    + $"{classNames.Count - 1}.");
            return null;
        }

        if (range is null)
        {
            return new(shape, pixels, labels, 0, classNames, labelFile) { Role = role };
        }

        if (range.To >= labels.Length)
        {
            problems.Add($"{role}.rows: {range.From} to {range.To} was asked for, and '{labelFile(0)}' has the rows 0 to {labels.Length - 1}.");
            return null;
        }

        var (from, to) = ((int)range.From, (int)range.To + 1);
        var size = shape.Aggregate(1, (product, length) => product * length);
        return new(shape, pixels[(from * size)..(to * size)], labels[from..to], from, classNames, labelFile) { Role = role };
    }

    public override int ClassOf(int row) => labels[row];

    public override void CheckLike(LoadedSource other, ICollection<string> problems)
    {
        base.CheckLike(other, problems);
        var row = Array.FindIndex(labels, label => label >= other.Classes);
        if (row >= 0)
        {
            problems.Add(
                $"{Role}: '{labelFile(row)}' has label {labels[row]} at row {firstRow + row}, out of range: the labels of {other.Role} go from 0 to "
                    + $"{other.Classes - 1}.");
        }
    }

    public override LoadedSource Shaped(IReadOnlyList<TransformSpec> transforms, ICollection<string> problems)
    {
        var shaped = this;
        foreach (var transform in transforms)
        {
            shaped = transform switch
            {
                TransformSpec.Pad pad => shaped.Padded(pad.By, problems),
                TransformSpec.RepeatChannels repeat => shaped.Repeated(repeat.Count, problems),
                _ => shaped,
            };
        }

        return shaped;
    }

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var area = shape[1] * shape[2];
        var (mean, std) = (new double[Channels], new double[Channels]);
        for (var channel = 0; channel < Channels; channel++)
        {
            // Whole numbers, so exact, and the same in whatever order.
            var (sum, squares) = (0L, 0L);
            for (var row = 0; row < (rows?.Length ?? Count); row++)
            {
                foreach (var pixel in _bytes.AsSpan((((rows?[row] ?? row) * Channels) + channel) * area, area))
                {
                    sum += pixel;
                    squares += pixel * pixel;
                }
            }

            var count = (double)(rows?.Length ?? Count) * area;
            mean[channel] = sum / count;
            std[channel] = Math.Sqrt(Math.Max(0, (squares / count) - (mean[channel] * mean[channel])));
        }

        return (mean, std);
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) =>
        new ImageRows(shape, _bytes, labels, firstRow, rows, new PixelTable(transforms, Channels), classes ?? Classes!.Value);

    protected override string PlaceOfTarget(int row) => $"{Role}: '{labelFile(row)}' row {firstRow + row}";

    private ImageSource Padded(int by, ICollection<string> problems)
    {
        var (height, width) = (shape[1], shape[2]);
        if (Made([shape[0], height + (2 * by), width + (2 * by)], "pad", problems) is not { } made)
        {
            return this;
        }

        var wide = width + (2 * by);
        for (var plane = 0; plane < labels.Length * Channels; plane++)
        {
            for (var row = 0; row < height; row++)
            {
                _bytes.AsSpan(((plane * height) + row) * width,
                    width).CopyTo(made._bytes.AsSpan((((plane * (height + (2 * by))) + by + row) * wide) + by, width));
            }
        }

        return made;
    }

    private ImageSource Repeated(int count, ICollection<string> problems)
    {
        if (Channels != 1)
        {
            problems.Add($"data.transforms: repeat_channels needs images of one channel, and those of {Role} have {Channels}; remove it.");
            return this;
        }

        if (Made([count, shape[1], shape[2]], "repeat_channels", problems) is not { } made)
        {
            return this;
        }

        var area = shape[1] * shape[2];
        for (var plane = 0; plane < labels.Length * count; plane++)
        {
            _bytes.AsSpan(plane / count * area, area).CopyTo(made._bytes.AsSpan(plane * area, area));
        }

        return made;
    }

    private ImageSource? Made(int[] size, string by, ICollection<string> problems)
    {
        var length = size.Aggregate((long)labels.Length, (product, each) => product * each);
        if (length > Array.MaxLength)
        {
            problems.Add($"data.transforms: {by} makes {length} bytes of the images of {Role}; at most {Array.MaxLength} are held in memory.");
            return null;
        }

        return new(size, new byte[length], labels, firstRow, classNames, labelFile) { Role = Role };
    }
}
