using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>The value by which checkpoints are compared.</summary>
public static class CheckpointScore
{
    /// <summary>The value of <c>checkpoints.keep.by</c> in an evaluation of the validation rows; null where there is none.</summary>
    public static double? Of(ExperimentSpec spec, EvaluationRecord? validation)
    {
        if (spec.Checkpoints.KeepBestBy is not { } by || validation is null)
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
