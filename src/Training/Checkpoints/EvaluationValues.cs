using Sheaf.Records;
using Sheaf.Specs;

namespace Sheaf.Training.Checkpoints;

/// <summary>An evaluation's numbers by name.</summary>
public static class EvaluationValues
{
    /// <summary>test_loss, test_accuracy, ...</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(ExperimentSpec spec, EvaluationRecord evaluation)
    {
        var rows = SpecNames.Of(evaluation.Rows);
        yield return new(SpecNames.On(rows, SpecNames.Loss), evaluation.Loss);
        for (var i = 0; i < spec.Metrics.Count && i < evaluation.Metrics.Count; i++)
        {
            yield return new(SpecNames.On(rows, spec.Metrics[i].Name), evaluation.Metrics[i]);
        }
    }

    /// <summary>The number of that name; null where the evaluation has none.</summary>
    public static double? Of(ExperimentSpec spec, EvaluationRecord evaluation, string name)
    {
        foreach (var (known, value) in Of(spec, evaluation))
        {
            if (known == name)
            {
                return value;
            }
        }

        return null;
    }
}
