using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Rows of a table in a file that several processes share: as they were decoded, so that the transforms are applied when they are gathered.</summary>
internal sealed class DecodedRows(
    IReadOnlyList<int> shape, RowStore<double> decoded, IReadOnlyList<TransformSpec> transforms, RowStore<float> targets, RowStore<int> ids, int[]? rows,
    int? classes, int targetWidth) : TableRows(shape, Array.Empty<float>(), targets, ids, rows, classes, targetWidth)
{
    private readonly int _area = shape.Skip(1).Aggregate(1, (product, size) => product * size);

    public override TableRows Picked(int[]? picked) => picked is null
        ? this
        : new DecodedRows(Shape, decoded, transforms, AllTargets, AllIds, picked, Classes, TargetWidth);

    protected override void FeaturesOf(int place, Span<float> into)
    {
        var values = decoded.Slice((long)place * Width, Width);
        for (var i = 0; i < values.Length; i++)
        {
            into[i] = (float)Transforms.Apply(transforms, values[i], i / _area);
        }
    }
}
