namespace Sheaf.Training.Data;

/// <summary>
/// Images of unsigned bytes; they become floats when they are gathered. <paramref name="picked"/> has the places of the rows in the arrays, null: all;
/// <paramref name="firstId"/> is the id of the arrays' first row.
/// </summary>
internal sealed class ImageRows(IReadOnlyList<int> shape, RowStore<byte> pixels, byte[] labels, int firstId, int[]? picked, PixelTable table, int classes)
    : RowSet(shape, classes)
{
    private readonly int _channels = shape[0];
    private readonly int _area = shape[1] * shape[2];

    public override int Count => picked?.Length ?? labels.Length;

    public override IReadOnlyList<PixelRange> PixelRanges { get; } =
        [.. Enumerable.Range(0, shape[0]).Select(channel => new PixelRange(table[channel, 0], table[channel, 255]))];

    public override int IdAt(int row) => firstId + PlaceOf(row);

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

        // A span does not keep what it is of.
        GC.KeepAlive(pixels);
    }

    public override void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, 1);
        for (var index = 0; index < rows.Length; index++)
        {
            targets[index] = labels[PlaceOf(rows[index])];
        }
    }

    public override void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        CheckLengths(rows.Length, targets.Length, TargetWidth);
        for (var index = 0; index < rows.Length; index++)
        {
            targets[index] = labels[PlaceOf(rows[index])];
        }
    }

    private ReadOnlySpan<byte> PixelsOf(int row) => pixels.Slice((long)PlaceOf(row) * Width, Width);

    private int PlaceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return picked is null ? row : picked[row];
    }
}
