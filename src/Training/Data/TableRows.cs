using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>
/// Rows of a table, transforms applied. <paramref name="rows"/> picks rows of the arrays (null: all); <paramref name="ids"/> has an id for each row of the
/// arrays, and <paramref name="targets"/> has <paramref name="targetWidth"/> values for each.
/// </summary>
internal class TableRows(
    IReadOnlyList<int> shape, RowStore<float> features, RowStore<float> targets, RowStore<int> ids, int[]? rows, int? classes, int targetWidth = 1)
    : RowSet(shape, classes)
{
    public TableRows(IReadOnlyList<int> shape, float[] features, float[] targets, int[] ids, int[]? rows, int? classes, int targetWidth = 1)
        : this(shape, (RowStore<float>)features, targets, ids, rows, classes, targetWidth)
    {
    }

    public override int TargetWidth => targetWidth;

    public override int Count => rows?.Length ?? (int)ids.Length;

    public override int IdAt(int row) => ids[PlaceOf(row)];

    /// <summary>
    /// Of numbers that are in memory the transforms are applied at once; those of a file are left as they are, and transformed when they are gathered, to the
    /// same bits.
    /// </summary>
    /// <returns>The rows, and the place and value of the first number that is not finite as a float, after the transforms and among the targets.</returns>
    public static (TableRows Rows, (long Place, double Value, double Before)? Ruined, (long Place, double Value, double Before)? RuinedTarget) Of(
        TableColumns columns, IReadOnlyList<int> shape, IReadOnlyList<TransformSpec> transforms, int[]? rows, int? classes, ScratchSpace? scratch)
    {
        var width = shape.Aggregate(1, (product, size) => product * size);
        var area = width / shape[0];
        var (features, ruined) = Floats(
            columns.Features, columns.Features.IsMapped ? null : new RowWriter<float>(null, columns.Features.Length),
            (value, place) => Transforms.Apply(transforms, value, (int)(place % width) / area));
        using var writer = new RowWriter<float>(scratch, columns.Targets.Length);
        var (targets, ruinedTarget) = Floats(columns.Targets, writer, (value, _) => value);
        return (
            features is null
                ? new DecodedRows(shape, columns.Features, transforms, targets!, columns.Ids, rows, classes, columns.TargetWidth)
                : new TableRows(shape, features, targets!, columns.Ids, rows, classes, columns.TargetWidth),
            ruined,
            ruinedTarget);
    }

    public override void Gather(ReadOnlySpan<int> rows, Span<float> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        for (var index = 0; index < rows.Length; index++)
        {
            FeaturesOf(PlaceOf(rows[index]), features.Slice(index * Width, Width));
        }

        GC.KeepAlive(this);
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
            AllTargets.Slice((long)PlaceOf(rows[index]) * TargetWidth, TargetWidth).CopyTo(targets.Slice(index * TargetWidth, TargetWidth));
        }

        GC.KeepAlive(this);
    }

    /// <summary>Those of all rows that are picked; null: all. Shares the memory.</summary>
    public virtual TableRows Picked(int[]? picked) => picked is null ? this : new(Shape, features, targets, ids, picked, Classes, targetWidth);

    /// <param name="place">Of a row in the arrays.</param>
    protected virtual void FeaturesOf(int place, Span<float> into) => AllFeatures.Slice((long)place * Width, Width).CopyTo(into);

    /// <summary>Of all rows, not only those that are picked.</summary>
    protected RowStore<float> AllTargets => targets;

    /// <summary>As <see cref="AllTargets"/>.</summary>
    protected RowStore<int> AllIds => ids;

    private RowStore<float> AllFeatures => features;

    private static (RowStore<float>? Floats, (long Place, double Value, double Before)? Ruined) Floats(
        RowStore<double> values, RowWriter<float>? writer, Func<double, long, double> of)
    {
        (long, double, double)? ruined = null;
        const int Piece = 1 << 14;
        for (var done = 0L; done < values.Length; done += Piece)
        {
            var piece = values.Slice(done, (int)Math.Min(Piece, values.Length - done));
            for (var i = 0; i < piece.Length; i++)
            {
                var made = (float)of(piece[i], done + i);
                ruined ??= float.IsFinite(made) ? null : (done + i, made, piece[i]);
                writer?.Add(made);
            }
        }

        return (writer?.Finish(), ruined);
    }

    private int PlaceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return rows is null ? row : rows[row];
    }
}
