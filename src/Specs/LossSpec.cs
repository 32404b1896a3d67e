namespace Sheaf.Specs;

/// <summary>The loss of one sample; a step minimises its mean over the batch.</summary>
public abstract record LossSpec
{
    /// <summary>Logits [n, classes] against classes 0..classes-1.</summary>
    public sealed record CrossEntropy(double LabelSmoothing = 0) : LossSpec;

    /// <summary>Mean of squared differences over the outputs of a sample.</summary>
    public sealed record MeanSquaredError : LossSpec;

    /// <summary>Mean of absolute differences over the outputs of a sample.</summary>
    public sealed record MeanAbsoluteError : LossSpec;
}
