using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Images and labels of two IDX files.</summary>
internal sealed class IdxSource : LoadedSource
{
    private readonly SourceSpec.Idx _spec;
    private readonly byte[] _pixels;
    private readonly byte[] _labels;
    private readonly int[] _shape;

    private IdxSource(SourceSpec.Idx spec, IdxArray images, IdxArray labels)
    {
        _spec = spec;
        _pixels = images.Data;
        _labels = labels.Data;
        _shape = images.Shape.Length == 3 ? [1, .. images.Shape[1..]] : images.Shape[1..];
        Classes = _labels.Max() + 1;
    }

    public override int Count => _labels.Length;

    public override IReadOnlyList<int> Shape => _shape;

    public override int? Classes { get; }

    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static IdxSource? Load(SourceSpec.Idx spec, string role, DataFiles files, List<string> problems)
    {
        var images = files.Read(spec.Images, role + ".images", file => IdxReader.Read(file, spec.Images, role + ".images", [3, 4], problems));
        var labels = files.Read(spec.Labels, role + ".labels", file => IdxReader.Read(file, spec.Labels, role + ".labels", [1], problems));
        if (images is null || labels is null)
        {
            return null;
        }

        if (images.Shape[0] != labels.Shape[0])
        {
            problems.Add($"{role}: '{spec.Images}' has {images.Shape[0]} images, but '{spec.Labels}' has {labels.Shape[0]} labels; they must be as many.");
            return null;
        }

        return new IdxSource(spec, images, labels) { Role = role };
    }

    public override int ClassOf(int row) => _labels[row];

    public override void CheckLike(LoadedSource other, ICollection<string> problems)
    {
        base.CheckLike(other, problems);
        var row = Array.FindIndex(_labels, label => label >= other.Classes);
        if (row >= 0)
        {
            problems.Add(
                $"{Role}: '{_spec.Labels}' has label {_labels[row]} at row {row}, out of range: the labels of {other.Role} go from 0 to {other.Classes - 1}.");
        }
    }

    public override (double[] Mean, double[] Std) Statistics(int[]? rows)
    {
        var area = _shape[1] * _shape[2];
        var (mean, std) = (new double[Channels], new double[Channels]);
        for (var channel = 0; channel < Channels; channel++)
        {
            // Whole numbers, so exact, and the same in whatever order.
            var (sum, squares) = (0L, 0L);
            for (var row = 0; row < (rows?.Length ?? Count); row++)
            {
                foreach (var pixel in _pixels.AsSpan((((rows?[row] ?? row) * Channels) + channel) * area, area))
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

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Labels}' row {row}";

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) =>
        new ImageRows(_shape, _pixels, _labels, rows, new PixelTable(transforms, Channels), classes ?? Classes!.Value);
}
