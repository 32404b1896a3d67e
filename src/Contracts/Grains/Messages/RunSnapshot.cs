namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The coordinator's record of a run as others see it.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunSnapshot")]
public sealed record RunSnapshot
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    [Id(2)] public required RunState State { get; init; }

    [Id(3)] public required DesiredState Desired { get; init; }

    /// <summary>Why it is in that state, for a person; empty where the state says it all.</summary>
    [Id(4)] public required string Reason { get; init; }

    [Id(5)] public required long Generation { get; init; }

    /// <summary>Committed steps.</summary>
    [Id(6)] public required long Step { get; init; }

    [Id(7)] public required long TotalSteps { get; init; }

    [Id(8)] public required long StepsPerEpoch { get; init; }

    [Id(9)] public required int Epochs { get; init; }

    [Id(10)] public required int Shards { get; init; }

    [Id(11)] public required long TrainingSamples { get; init; }

    [Id(12)] public required IReadOnlyList<string> MetricNames { get; init; }

    [Id(13)] public IReadOnlyList<string> ClassNames { get; init; } = [];

    [Id(14)] public IReadOnlyList<WorkerPlace> Workers { get; init; } = [];

    [Id(15)] public required string Reduction { get; init; }

    [Id(16)] public string Fingerprint { get; init; } = "";

    [Id(17)] public required DateTimeOffset Submitted { get; init; }

    [Id(18)] public DateTimeOffset? Started { get; init; }

    [Id(19)] public DateTimeOffset? Ended { get; init; }

    [Id(20)] public RunResult? Result { get; init; }

    /// <summary>How many workers the run should have: the spec's most, or what <c>scale</c> said.</summary>
    [Id(21)] public int WantedWorkers { get; init; }

    /// <summary>Absolute; relative paths of the spec begin there.</summary>
    [Id(22)] public string BasePath { get; init; } = "";

    /// <summary>Of the dataset's record.</summary>
    [Id(23)] public string DatasetKey { get; init; } = "";

    /// <summary>It failed, and resume takes it up again.</summary>
    [Id(24)] public bool Resumable { get; init; }

    /// <summary>What evaluations decided; null where the spec lets them decide nothing, or none was made.</summary>
    [Id(25)] public RunDecisions? Decisions { get; init; }

    /// <summary>The weights that it begins with and those that stay, for a person; empty: all are drawn and trained.</summary>
    [Id(26)] public string BeginsWith { get; init; } = "";
}
