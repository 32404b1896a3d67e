using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;

namespace Sheaf.Training.Checkpoints;

/// <summary>The value by which checkpoints are compared.</summary>
public static class CheckpointScore
{
    /// <summary>The value of <c>checkpoints.keep.by</c> of the state before <paramref name="step"/>; null where <paramref name="validation"/> is not an evaluation of that very state.</summary>
    public static double? Of(ExperimentSpec spec, EvaluationRecord? validation, long step)
    {
        if (spec.Checkpoints.KeepBestBy is not { } by || validation is not { Rows: RowSetKind.Validation } || validation.Step != step)
        {
            return null;
        }

        foreach (var (name, value) in EvaluationValues.Of(spec, validation))
        {
            if (name == by)
            {
                return value;
            }
        }

        return null;
    }
}
