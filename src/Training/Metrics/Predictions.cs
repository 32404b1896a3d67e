namespace Sheaf.Training.Metrics;

/// <summary>A batch's predictions beside its targets.</summary>
internal readonly ref struct Predictions
{
    /// <summary>Columns of <see cref="Values"/>: classes, or targets of a sample.</summary>
    public required int Width { get; init; }

    /// <summary>[n, width]: the scores of the classes, or the predicted numbers.</summary>
    public required ReadOnlySpan<float> Values { get; init; }

    /// <summary>What the model gave, whatever it is to the loss.</summary>
    public ReadOnlySpan<float> Outputs { get; init; }

    public int Samples { get; init; }

    /// <summary>The targets as they are in the rows, where they are numbers.</summary>
    public ReadOnlySpan<float> TargetNumbers { get; init; }

    /// <summary>The targets as they are in the rows, where they are classes or other integers.</summary>
    public ReadOnlySpan<long> TargetIntegers { get; init; }

    /// <summary>[n, width]: the targets, where they are numbers.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>The predicted classes, where classes are predicted or yes (1) and no (0); -1, none at all, where a score is not a number.</summary>
    public ReadOnlySpan<int> Predicted { get; init; }

    /// <summary>The classes of the targets beside <see cref="Predicted"/>.</summary>
    public ReadOnlySpan<int> Actual { get; init; }
}
