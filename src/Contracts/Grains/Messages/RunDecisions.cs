using System.Text.Json.Serialization;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>
/// What the coordinator has decided from evaluations of the validation rows: which is the best, whether training ends, the learning rate. Each evaluation is
/// decided on once; one that is made again, because steps were computed again, has the same bits and is not.
/// </summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunDecisions")]
public sealed record RunDecisions
{
    /// <summary>The step of the last evaluation that was decided on; 0: none was.</summary>
    [Id(0)] public long Evaluated { get; init; }

    /// <summary>The best evaluation by the spec's <c>early_stopping.by</c>; null: none yet.</summary>
    [Id(1)] public EvaluationRecord? Best { get; init; }

    /// <summary>The step of the best one before <see cref="Best"/>: its checkpoint is kept until that of the best counts.</summary>
    [Id(2)] public long? BestBefore { get; init; }

    /// <summary>Evaluations in a row that were no better than the best.</summary>
    [Id(3)] public int Waited { get; init; }

    /// <summary>The step at which the training ends early; null: it was not decided.</summary>
    [Id(4)] public long? StoppedAt { get; init; }

    /// <summary>Why it does, for a person.</summary>
    [Id(5)] public string StoppedBecause { get; init; } = "";

    /// <summary>Of the schedule <c>plateau</c>; null: it has another one.</summary>
    [Id(6)] public PlateauMemory? Plateau { get; init; }

    /// <summary>Changes of the learning rate, by step.</summary>
    [Id(7)] public IReadOnlyList<RateChange> Rates { get; init; } = [];

    /// <summary>Named numbers of the best model: intercept, slope.</summary>
    [Id(8)] public IReadOnlyDictionary<string, double> BestValues { get; init; } = new Dictionary<string, double>();

    /// <summary>Value of <c>early_stopping.by</c> in <see cref="Best"/>.</summary>
    [Id(9)] public double? BestValue { get; init; }

    [JsonIgnore]
    public long? BestStep => Best?.Step;

    /// <summary>The learning rate that holds at a step; null: the spec's.</summary>
    public double? RateAt(long step) => Rates.LastOrDefault(change => change.FromStep <= step)?.Rate;
}
