namespace Sheaf.Training.UserCode;

/// <summary>What the trial of a user's own classes found, recorded with the experiment. Plain values, for System.Text.Json.</summary>
public sealed record UserCodeFacts
{
    /// <summary>Null: the model is layers.</summary>
    public UserModelFacts? Model { get; init; }

    /// <summary>Losses that the user's loss gives for each sample; null: the loss is one of Sheaf's.</summary>
    public int? LossesPerSample { get; init; }

    /// <summary>Sums of each metric of the spec that is a class, in the spec's order.</summary>
    public IReadOnlyList<int> MetricWidths { get; init; } = [];
}
