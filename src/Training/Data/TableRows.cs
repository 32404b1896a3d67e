namespace Sheaf.Training.Data;

/// <summary>
/// Rows of a table, transforms applied. <paramref name="rows"/> picks rows of the arrays (null: all); <paramref name="ids"/> has an id for each row of the
/// arrays, and <paramref name="targets"/> has <paramref name="targetWidth"/> values for each.
/// </summary>
internal sealed class TableRows(IReadOnlyList<int> shape, float[] features, float[] targets, int[] ids, int[]? rows, int? classes, int targetWidth = 1)
    : RowSet(shape, classes)
{
    public override int TargetWidth => targetWidth;

    public override int Count => rows?.Length ?? ids.Length;

    public override int IdAt(int row) => ids[PlaceOf(row)];

    public override void Gather(ReadOnlySpan<int> rows, Span<float> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        for (var index = 0; index < rows.Length; index++)
        {
            AllFeatures.Slice(PlaceOf(rows[index]) * Width, Width).CopyTo(features.Slice(index * Width, Width));
        }
    }

    public override void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, 1);
        if (Classes is null)
        {
            throw new InvalidOperationException("The target is no class 0..n-1 (see DataFacts.NotClasses); use a loss for numbers, such as mse.");
        }

        for (var index = 0; index < rows.Length; index++)
        {
            targets[index] = (long)AllTargets[PlaceOf(rows[index])];
        }
    }

    public override void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        CheckLengths(rows.Length, targets.Length, TargetWidth);
        for (var index = 0; index < rows.Length; index++)
        {
            AllTargets.Slice(PlaceOf(rows[index]) * TargetWidth, TargetWidth).CopyTo(targets.Slice(index * TargetWidth, TargetWidth));
        }
    }

    private ReadOnlySpan<float> AllFeatures => features;

    private ReadOnlySpan<float> AllTargets => targets;

    private int PlaceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return rows is null ? row : rows[row];
    }
}
