namespace Sheaf.Training.Metrics;

/// <summary>What a model says of one row.</summary>
public sealed record Prediction
{
    /// <summary>The row's number in its file, from 0.</summary>
    public required int Id { get; init; }

    /// <summary>A class, or numbers; empty where the row has no targets.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>The class with the largest score; 1 for yes and 0 for no for each target; or a number for each. NaN where an output is not a number.</summary>
    public required IReadOnlyList<double> Predicted { get; init; }

    /// <summary>Of each class, or of yes for each target; empty where the loss gives the outputs no such meaning.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }
}
