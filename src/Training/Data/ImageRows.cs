namespace Sheaf.Training.Data;

/// <summary>Images of unsigned bytes; they become floats when they are gathered. <paramref name="ids"/> null: all rows of the file.</summary>
internal sealed class ImageRows(IReadOnlyList<int> shape, byte[] pixels, byte[] labels, int[]? ids, PixelTable table, int classes) : RowSet(shape, classes)
{
    private readonly int _channels = shape[0];
    private readonly int _area = shape[1] * shape[2];

    public override int Count => ids?.Length ?? labels.Length;

    public override int IdAt(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return ids is null ? row : ids[row];
    }

    public override void Gather(ReadOnlySpan<int> rows, Span<float> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        for (var index = 0; index < rows.Length; index++)
        {
            if (index + 2 < rows.Length)
            {
                PixelTable.Prefetch(PixelsOf(rows[index + 2]));
            }

            var image = PixelsOf(rows[index]);
            var floats = features.Slice(index * Width, Width);
            for (var channel = 0; channel < _channels; channel++)
            {
                table.Convert(channel, image.Slice(channel * _area, _area), floats.Slice(channel * _area, _area));
            }
        }
    }

    public override void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, 1);
        for (var index = 0; index < rows.Length; index++)
        {
            targets[index] = labels[IdAt(rows[index])];
        }
    }

    public override void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        CheckLengths(rows.Length, targets.Length, TargetWidth);
        for (var index = 0; index < rows.Length; index++)
        {
            targets[index] = labels[IdAt(rows[index])];
        }
    }

    private ReadOnlySpan<byte> PixelsOf(int row) => pixels.AsSpan(IdAt(row) * Width, Width);
}
