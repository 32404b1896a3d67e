namespace Sheaf.Training.Data;

/// <summary>
/// Rows of a text as integers [context]. Row r begins at <paramref name="start"/> + r * <paramref name="stride"/>; <paramref name="picked"/> has the numbers
/// of the rows, null: all.
/// </summary>
/// <param name="codes">Of all characters, in the order of the text.</param>
/// <param name="count">Rows before any is picked.</param>
/// <param name="firstId">Of row 0.</param>
/// <param name="each">A row's targets are the characters after each of its places; otherwise the one after its last.</param>
internal sealed class TextRows(ushort[] codes, long start, int context, int stride, int count, int firstId, int[]? picked, bool each, int classes)
    : RowSet([context], classes)
{
    public override int Count => picked?.Length ?? count;

    public override int TargetWidth { get; } = each ? context : 1;

    public override bool FeaturesAreIntegers => true;

    public override bool TargetsAreIntegers => true;

    public override int IdAt(int row) => firstId + NumberOf(row);

    public override void GatherIntegers(ReadOnlySpan<int> rows, Span<long> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        for (var index = 0; index < rows.Length; index++)
        {
            var place = (int)PlaceOf(rows[index]);
            for (var i = 0; i < Width; i++)
            {
                features[(index * Width) + i] = codes[place + i];
            }
        }
    }

    public override void GatherTargetIntegers(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, TargetWidth);
        for (var index = 0; index < rows.Length; index++)
        {
            var place = (int)PlaceOf(rows[index]) + Width + 1 - TargetWidth;
            for (var i = 0; i < TargetWidth; i++)
            {
                targets[(index * TargetWidth) + i] = codes[place + i];
            }
        }
    }

    public override void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets) => GatherTargetIntegers(rows, targets);

    public override void Gather(ReadOnlySpan<int> rows, Span<float> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        for (var index = 0; index < rows.Length; index++)
        {
            var place = (int)PlaceOf(rows[index]);
            for (var i = 0; i < Width; i++)
            {
                features[(index * Width) + i] = codes[place + i];
            }
        }
    }

    public override void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        var integers = new long[targets.Length];
        GatherTargetIntegers(rows, integers);
        for (var i = 0; i < integers.Length; i++)
        {
            targets[i] = integers[i];
        }
    }

    private int NumberOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return picked is null ? row : picked[row];
    }

    private long PlaceOf(int row) => start + ((long)NumberOf(row) * stride);
}
