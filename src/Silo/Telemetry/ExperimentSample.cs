using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// What a coordinator knows of its experiment at one moment, as far as it is measured. Moments are seconds of the silo's monotonic clock, so that an age is as
/// old as it is when somebody reads it.
/// </summary>
internal sealed record ExperimentSample
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required RunState State { get; init; }

    /// <summary>When the state began, as far as this activation of the coordinator knows.</summary>
    public required double Since { get; init; }

    /// <summary>What <c>why</c> says: healthy, slow, stuck, ...</summary>
    public required string Verdict { get; init; }

    public required long Generation { get; init; }

    public required int WantedWorkers { get; init; }

    public required int Workers { get; init; }

    /// <summary>Committed steps.</summary>
    public required long Steps { get; init; }

    public required long TotalSteps { get; init; }

    /// <summary>Whether it would go on from memory if any one silo died now.</summary>
    public required bool SurvivesAnySilo { get; init; }

    /// <summary>When a step was last committed, or where none was, when the state began; null: it has no devices and is not expected to go on.</summary>
    public double? LastProgress { get; init; }

    /// <summary>Seconds of work that its workers may do without asking; null: nothing runs, or nothing has been measured yet.</summary>
    public double? UntilMargin { get; init; }

    /// <summary>Of the last seconds; null before the first step of a generation.</summary>
    public double? StepsPerSecond { get; init; }

    public double? SamplesPerSecond { get; init; }

    /// <summary>By name, of the last committed step.</summary>
    public IReadOnlyList<(string Name, double Value)> TrainingMetrics { get; init; } = [];

    /// <summary>Of the newest evaluation on the validation rows; null: there was none.</summary>
    public double? ValidationLoss { get; init; }

    public IReadOnlyList<(string Name, double Value)> ValidationMetrics { get; init; } = [];

    /// <summary>When the newest checkpoint that counts was written; where there is none, when the experiment first ran; null: it has not run.</summary>
    public DateTimeOffset? SafeAt { get; init; }

    public long? CheckpointStep { get; init; }

    public long? CheckpointBytes { get; init; }

    /// <summary>The last recovery that ended; null: none did in this activation.</summary>
    public Recovery? LastRecovery { get; init; }

    public bool IsTerminal => State is RunState.Completed or RunState.Failed or RunState.Cancelled;
}

/// <param name="Number">Counts the recoveries of one activation of a coordinator: 1, 2, ...</param>
/// <param name="Seconds">From the last step that was committed before the loss until the first one after it.</param>
internal sealed record Recovery(long Number, double Seconds);
