namespace Sheaf.Training.Data;

/// <summary>Rows that are fed to a model: features and targets, in memory. Immutable and thread-safe; nothing here allocates.</summary>
public abstract class RowSet
{
    private protected RowSet(IReadOnlyList<int> shape, int? classes)
    {
        Shape = shape;
        Classes = classes;
        Width = shape.Aggregate(1, (product, size) => checked(product * size));
    }

    public abstract int Count { get; }

    /// <summary>Of one row's features: [channels, height, width], or [columns].</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Features of one row: the product of <see cref="Shape"/>.</summary>
    public int Width { get; }

    /// <summary>Classes 0..n-1; null where the target cannot be a class.</summary>
    public int? Classes { get; }

    /// <summary>Floats of one row's target in <see cref="GatherTargets"/>.</summary>
    public virtual int TargetWidth => 1;

    /// <summary>Of one row's targets, where they are no class.</summary>
    public virtual IReadOnlyList<int> TargetShape => [TargetWidth];

    /// <summary>The model gets Int64 in place of Float32: rows of a text, or of a user's own.</summary>
    public virtual bool FeaturesAreIntegers => false;

    /// <summary>The loss gets Int64 though it wants no class: rows of a text, or of a user's own.</summary>
    public virtual bool TargetsAreIntegers => false;

    /// <summary>Classes to predict for one row: 1, or one for each place of a text.</summary>
    public int ClassTargets => Classes is null ? 1 : TargetWidth;

    /// <summary>Of each channel, where the features are pixels of bytes; null: they are other numbers.</summary>
    public virtual IReadOnlyList<PixelRange>? PixelRanges => null;

    /// <summary>The sample's stable id: the row's number in its source file, from 0, a header not counted.</summary>
    public abstract int IdAt(int row);

    /// <summary>The features of <paramref name="rows"/>, one row after the other, transforms applied.</summary>
    public abstract void Gather(ReadOnlySpan<int> rows, Span<float> features);

    /// <summary>As <see cref="Gather"/>, where <see cref="FeaturesAreIntegers"/>.</summary>
    public virtual void GatherIntegers(ReadOnlySpan<int> rows, Span<long> features) => throw new NotSupportedException("The features are no integers.");

    /// <summary>The targets of <paramref name="rows"/>, where <see cref="TargetsAreIntegers"/>.</summary>
    public virtual void GatherTargetIntegers(ReadOnlySpan<int> rows, Span<long> targets) => throw new NotSupportedException("The targets are no integers.");

    /// <summary>Each row's class, or its <see cref="ClassTargets"/> classes. Only where <see cref="Classes"/> is set.</summary>
    public abstract void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets);

    /// <summary>Each row's target as a number.</summary>
    public abstract void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets);

    private protected void CheckLengths(int rows, int floats, int width)
    {
        if (floats != (long)rows * width)
        {
            throw new ArgumentException($"{rows} rows of {width} values need {(long)rows * width} places; the span has {floats}.");
        }
    }
}
