using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Images of unsigned bytes and a label of one byte for each.</summary>
/// <param name="shape">Of one image: [channels, height, width].</param>
/// <param name="firstRow">The place in the files of the first of these rows.</param>
/// <param name="labelFile">The file of a row's label, for messages.</param>
internal sealed class ImageSource(int[] shape, RowStore<byte> pixels, byte[] labels, int firstRow, IReadOnlyList<string> classNames, Func<int,
    string> labelFile) : LoadedSource
{
    private readonly RowStore<byte> _bytes = pixels;

    public override int Count => labels.Length;

    public override IReadOnlyList<int> Shape => shape;

    public override int? Classes { get; } = Math.Max(classNames.Count, labels.Max() + 1);

    public override IReadOnlyList<string> ClassNames => classNames;

    /// <summary>Those of the rows that belong to the source; null, with a problem added, where they are not there.</summary>
    public static ImageSource? Of(
        string role, DecodedImages images, SourceSpec spec, IReadOnlyList<string> classNames, ScratchSpace? scratch, ICollection<string> problems)
    {
        var (shape, pixels, labels) = (images.Shape, images.Pixels, images.Labels);
        Func<int, string> labelFile = images.FileOf;
        var range = spec.RowsOf(labels.Length);
        if (classNames.Count > 0 && Array.FindIndex(labels, label => label >= classNames.Count) is >= 0 and var unnamed)
        {
            problems.Add(
                $"{role}: '{labelFile(unnamed)}' has label {labels[unnamed]} at row {unnamed}, and class_names has {classNames.Count} names, for 0 to "
                    + $"{classNames.Count - 1}.");
            return null;
        }

        if (range is null)
        {
            return new(shape, pixels, labels, 0, classNames, labelFile) { Role = role, Scratch = scratch };
        }

        if (range.To < range.From)
        {
            problems.Add(NoneOf(role, labels.Length, labelFile(0)));
            return null;
        }

        if (range.To >= labels.Length)
        {
            problems.Add($"{role}.rows: {range.From} to {range.To} was asked for, and '{labelFile(0)}' has the rows 0 to {labels.Length - 1}.");
            return null;
        }

        var (from, to) = ((int)range.From, (int)range.To + 1);
        var size = shape.Aggregate(1L, (product, length) => product * length);
        return new(shape, pixels.Part(from * size, (to - from) * size), labels[from..to], from, classNames, labelFile) { Role = role, Scratch = scratch };
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

        // Whole numbers, so exact, and the same in whatever order.
        var (sums, squares) = (new long[Channels], new long[Channels]);
        for (var row = 0; row < (rows?.Length ?? Count); row++)
        {
            var image = ImageOf(rows?[row] ?? row);
            for (var channel = 0; channel < Channels; channel++)
            {
                var (sum, square) = (0L, 0L);
                foreach (var pixel in image.Slice(channel * area, area))
                {
                    sum += pixel;
                    square += pixel * pixel;
                }

                (sums[channel], squares[channel]) = (sums[channel] + sum, squares[channel] + square);
            }
        }

        var count = (double)(rows?.Length ?? Count) * area;
        for (var channel = 0; channel < Channels; channel++)
        {
            mean[channel] = sums[channel] / count;
            std[channel] = Math.Sqrt(Math.Max(0, (squares[channel] / count) - (mean[channel] * mean[channel])));
        }

        return (mean, std);
    }

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) =>
        new ImageRows(shape, _bytes, labels, firstRow, rows, new PixelTable(transforms, Channels), classes ?? Classes!.Value);

    protected override string PlaceOfTarget(int row) => $"{Role}: '{labelFile(row)}' row {firstRow + row}";

    private ReadOnlySpan<byte> ImageOf(int row)
    {
        var size = Channels * shape[1] * shape[2];
        return _bytes.Slice((long)row * size, size);
    }

    private ImageSource Padded(int by, ICollection<string> problems)
    {
        var (height, width, wide) = (shape[1], shape[2], shape[2] + (2 * by));
        return Made([Channels, height + (2 * by), wide], "pad", problems, (image, made) =>
        {
            for (var line = 0; line < Channels * height; line++)
            {
                var (plane, row) = (line / height, line % height);
                image.Slice(line * width, width).CopyTo(made.AsSpan((((plane * (height + (2 * by))) + by + row) * wide) + by));
            }
        });
    }

    private ImageSource Repeated(int count, ICollection<string> problems)
    {
        if (Channels != 1)
        {
            problems.Add($"data.transforms: repeat_channels needs images of one channel, and those of {Role} have {Channels}; remove it.");
            return this;
        }

        return Made([count, shape[1], shape[2]], "repeat_channels", problems, (image, made) =>
        {
            for (var channel = 0; channel < count; channel++)
            {
                image.CopyTo(made.AsSpan(channel * image.Length));
            }
        });
    }

    private ImageSource Made(int[] size, string by, ICollection<string> problems, Change change)
    {
        var one = size.Aggregate(1L, (product, each) => product * each);
        if (one > Array.MaxLength || (Scratch is null && one * labels.Length > Array.MaxLength))
        {
            problems.Add($"data.transforms: {by} makes {one * labels.Length} bytes of the images of {Role}; at most {Array.MaxLength} are held in memory.");
            return this;
        }

        using var made = new RowWriter<byte>(Scratch, one * labels.Length);
        var image = new byte[one];
        for (var row = 0; row < labels.Length; row++)
        {
            change(ImageOf(row), image);
            made.Add(image);
        }

        return new(size, made.Finish(), labels, firstRow, classNames, labelFile) { Role = Role, Scratch = Scratch };
    }

    /// <summary>Makes another image of one; what it does not write stays zero.</summary>
    private delegate void Change(ReadOnlySpan<byte> image, byte[] made);
}
