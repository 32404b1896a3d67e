using System.Globalization;
using Sheaf.Records;
using Sheaf.Specs;

namespace Sheaf.Training.Checkpoints;

/// <summary>The value by which checkpoints are compared.</summary>
public static class CheckpointScore
{
    /// <summary>
    /// The value of <c>checkpoints.keep.by</c> of the state before <paramref name="step"/>; null where <paramref name="validation"/> is not an evaluation of
    /// that very state, and where the value or the loss beside it is not finite.
    /// </summary>
    public static double? Of(ExperimentSpec spec, EvaluationRecord? validation, long step) =>
        spec.Checkpoints.KeepBestBy is { } by && validation is { Rows: RowSetKind.Validation } && validation.Step == step
        && double.IsFinite(validation.Loss) && EvaluationValues.Of(spec, validation, by) is { } value && double.IsFinite(value)
            ? value
            : null;

    /// <summary>Why the state of an evaluation cannot be the best, for a person; null where it can, or where the spec keeps no best.</summary>
    public static string? Obstacle(ExperimentSpec spec, EvaluationRecord evaluation)
    {
        if (spec.Checkpoints is not { KeepBestBy: { } by, KeepBest: > 0 } || evaluation.Rows != RowSetKind.Validation
            || Of(spec, evaluation, evaluation.Step) is not null)
        {
            return null;
        }

        var (name, value) = double.IsFinite(evaluation.Loss)
            ? (by, EvaluationValues.Of(spec, evaluation, by))
            : (SpecNames.On("validation", SpecNames.Loss), evaluation.Loss);
        return $"the state before step {evaluation.Step} cannot be the best checkpoint: its {name} is "
            + $"{value?.ToString(CultureInfo.InvariantCulture) ?? "not measured"}";
    }
}
