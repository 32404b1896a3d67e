namespace Sheaf.Training.Checkpoints;

/// <summary>Where a run is in its data: enough to find the next rows with a <see cref="Data.StepSampler"/>.</summary>
public sealed record SamplerPosition
{
    public required long Seed { get; init; }

    public required long Epoch { get; init; }

    /// <summary>Steps of <see cref="Epoch"/> that are done.</summary>
    public required long StepInEpoch { get; init; }

    public required int TrainCount { get; init; }

    public required int BatchSize { get; init; }

    public required int Shards { get; init; }

    /// <summary>The position before <paramref name="step"/>.</summary>
    public static SamplerPosition Of(Data.StepSampler sampler, long step) => new()
    {
        Seed = sampler.Seed,
        Epoch = sampler.EpochOf(step),
        StepInEpoch = sampler.StepInEpoch(step),
        TrainCount = sampler.TrainCount,
        BatchSize = sampler.BatchSize,
        Shards = sampler.Shards,
    };
}
