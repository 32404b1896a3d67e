using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What the workers of one silo and one generation have done since the last report. Repeating it changes nothing.</summary>
[GenerateSerializer, Alias("sheaf.SiloReport")]
public sealed record SiloReport
{
    [Id(0)] public required string Silo { get; init; }

    [Id(1)] public required long Generation { get; init; }

    /// <summary>Workers that have loaded data and weights and wait for directives.</summary>
    [Id(2)] public IReadOnlyList<WorkerReady> Ready { get; init; } = [];

    /// <summary>In the order of steps for each worker.</summary>
    [Id(3)] public IReadOnlyList<StepRecord> Steps { get; init; } = [];

    [Id(4)] public IReadOnlyList<EvaluationRecord> Evaluations { get; init; } = [];

    [Id(5)] public IReadOnlyList<CheckpointRecord> Checkpoints { get; init; } = [];

    [Id(6)] public IReadOnlyList<CheckpointFault> CheckpointFaults { get; init; } = [];

    /// <summary>The last one of each worker.</summary>
    [Id(7)] public IReadOnlyList<WorkerReached> Reached { get; init; } = [];

    [Id(8)] public IReadOnlyList<WorkerFault> Faults { get; init; } = [];

    /// <summary>What a person should know.</summary>
    [Id(9)] public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Named numbers of the final model: intercept, slope.</summary>
    [Id(10)] public IReadOnlyDictionary<string, double> FinalValues { get; init; } = new Dictionary<string, double>();

    /// <summary>Counts the reports of one silo in one generation; a repeated report has the number that it had.</summary>
    [Id(11)] public long Number { get; init; }

    /// <summary>Silos that this one's workers lost in the middle of a reduction.</summary>
    [Id(12)] public IReadOnlyList<LostPeer> Lost { get; init; } = [];

    /// <summary>What each worker is doing now; the last word of each.</summary>
    [Id(13)] public IReadOnlyList<WorkerActivity> Activities { get; init; } = [];

    /// <summary>What the silo waits for before its workers can begin: data or checkpoints that are away; empty: nothing.</summary>
    [Id(14)] public string Waits { get; init; } = "";

    /// <summary>Evaluations and captures of checkpoints that its workers carried out since the last report, and the time that they took in all.</summary>
    [Id(15)] public int Pauses { get; init; }

    [Id(16)] public long PauseMicroseconds { get; init; }

    /// <summary>Steps, directives carried out, signs of life: nothing that more than the next directives follows from.</summary>
    public bool IsRoutine =>
        Ready.Count + Evaluations.Count + Checkpoints.Count + CheckpointFaults.Count + Faults.Count + Notes.Count + FinalValues.Count + Lost.Count == 0;
}
