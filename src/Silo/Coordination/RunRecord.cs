using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The one record of a run, written by its coordinator alone and with an ETag check. Immutable; <see cref="RunMachine"/> makes the next one.
/// Where the run is between two checkpoints is not in it: that is learned from the workers.
/// </summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunRecord")]
public sealed record RunRecord
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    [Id(2)] public required string SpecYaml { get; init; }

    [Id(3)] public required string BasePath { get; init; }

    [Id(4)] public required DatasetRecord Dataset { get; init; }

    [Id(5)] public required DateTimeOffset Submitted { get; init; }

    [Id(6)] public RunState State { get; init; } = RunState.Queued;

    [Id(7)] public DesiredState Desired { get; init; } = DesiredState.Run;

    [Id(8)] public string Reason { get; init; } = "";

    /// <summary>0: never had workers. Only grows.</summary>
    [Id(9)] public long Generation { get; init; }

    /// <summary>Of <see cref="Generation"/>; empty where it holds no device.</summary>
    [Id(10)] public IReadOnlyList<WorkerPlace> Workers { get; init; } = [];

    /// <summary>Those that count, by step. A checkpoint that is not in here does not exist for the run.</summary>
    [Id(11)] public IReadOnlyList<CheckpointRecord> Checkpoints { get; init; } = [];

    /// <summary>Of the first generation's devices; empty before it.</summary>
    [Id(12)] public string Fingerprint { get; init; } = "";

    [Id(13)] public DateTimeOffset? Started { get; init; }

    [Id(14)] public DateTimeOffset? Ended { get; init; }

    [Id(15)] public RunResult? Result { get; init; }

    /// <summary>Committed steps when this was written.</summary>
    [Id(16)] public long Step { get; init; }

    /// <summary>Training samples and the time of their steps, when this was written, recomputed ones included.</summary>
    [Id(17)] public long TrainedSamples { get; init; }

    [Id(18)] public double TrainedSeconds { get; init; }

    /// <summary>How often in a row workers were lost before <see cref="LossStep"/> was passed.</summary>
    [Id(19)] public int Losses { get; init; }

    [Id(20)] public long LossStep { get; init; } = -1;

    /// <summary>Failed through no fault of the run: the user may resume it from the last checkpoint.</summary>
    [Id(21)] public bool Resumable { get; init; }

    /// <summary>The number of workers that <c>scale</c> set; null: the spec's maximum.</summary>
    [Id(22)] public int? WantedWorkers { get; init; }

    /// <summary>Why <see cref="Generation"/> began, for a person.</summary>
    [Id(23)] public string Cause { get; init; } = "";

    /// <summary>
    /// Where the workers of the generations before were that may have kept state, beside those of <see cref="Workers"/>: they are surveyed too.
    /// </summary>
    [Id(24)] public IReadOnlyList<WorkerPlace> Sources { get; init; } = [];

    /// <summary>Checkpoints that counted and could not be read when they were needed: they are looked at again, until the run has passed them.</summary>
    [Id(25)] public IReadOnlyList<CheckpointRecord> Aside { get; init; } = [];

    /// <summary>The user began the run anew after this generation: nothing that it or one before it left is used. 0: never.</summary>
    [Id(26)] public long AnewAfter { get; init; }

    /// <summary>
    /// The coordinator left its silo in order: <see cref="Generation"/> is written and was never begun, and nobody was lost. Whoever leads next goes on in
    /// the state that is recorded, and does not recover.
    /// </summary>
    [Id(27)] public bool HandedOver { get; init; }

    /// <summary>What evaluations decided; null: nothing yet, or the spec lets them decide nothing.</summary>
    [Id(28)] public RunDecisions? Decisions { get; init; }

    public bool IsTerminal => State is RunState.Completed or RunState.Failed or RunState.Cancelled;

    /// <summary>Whether the silo has workers, or may have the only copy of the state that the written generation begins with.</summary>
    public bool Needs(string siloAddress) => !IsTerminal
        && (Workers.Any(worker => worker.SiloAddress == siloAddress)
            || (State != RunState.Running && Sources.Any(source => source.SiloAddress == siloAddress)));
}
