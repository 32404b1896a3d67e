using Sheaf.V1;

namespace Sheaf.Client.Epochs;

/// <summary>One epoch of training, and what was evaluated in it.</summary>
internal sealed record EpochRow
{
    /// <summary>From 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Committed steps of it; fewer than an epoch has while it is trained.</summary>
    public required int Steps { get; init; }

    /// <summary>Over all samples, each as the model was at its step.</summary>
    public required double Loss { get; init; }

    /// <summary>As <see cref="Loss"/>, in the order of the spec's metrics.</summary>
    public required IReadOnlyList<double> Metrics { get; init; }

    public required long Samples { get; init; }

    /// <summary>Steps whose update was skipped.</summary>
    public required int Skipped { get; init; }

    /// <summary>Of its last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The last one of the validation rows; null: none.</summary>
    public Evaluation? Validation { get; init; }

    /// <summary>The last one of the test rows; null: none.</summary>
    public Evaluation? Test { get; init; }
}
