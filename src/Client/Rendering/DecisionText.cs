using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>What evaluations of the validation rows decided, for a person.</summary>
internal static class DecisionText
{
    public static IEnumerable<(string Name, string Text)> Facts(Experiment experiment)
    {
        if (experiment.Decisions is not { } decisions)
        {
            yield break;
        }

        if (decisions.HasStoppedAt)
        {
            yield return ("stopped early", $"at {At(experiment, decisions.StoppedAt)}: {decisions.StoppedBecause}");
        }

        if (decisions.HasBestStep)
        {
            var since = decisions.Waited == 0 ? "" : $"; {Format.Count(decisions.Waited, "evaluation")} since were no better";
            yield return ("best", $"{At(experiment, decisions.BestStep)}, with {decisions.BestValue:G6}{since}");
        }

        if (decisions.Rates.Count > 0)
        {
            var changes = decisions.Rates.Select(change => $"{change.LearningRate:G6} from step {Format.Count(change.FromStep)} on");
            yield return ("learning rate", $"lowered by the schedule: {string.Join(", ", changes)}");
        }
    }

    /// <summary>Which weights the result is, where they are not the last.</summary>
    public static string? OfResult(Experiment experiment) =>
        experiment is { Result: { Step: > 0 } result, Decisions.HasBestStep: true } && result.Step == experiment.Decisions.BestStep
            ? $"the best, of {At(experiment, result.Step)}"
            : null;

    private static string At(Experiment experiment, long step)
    {
        var epoch = experiment.StepsPerEpoch == 0
            ? ""
            : step % experiment.StepsPerEpoch == 0
                ? $" (epoch {Format.Count(step / experiment.StepsPerEpoch)})"
                : $" (in epoch {Format.Count((step / experiment.StepsPerEpoch) + 1)})";
        return $"step {Format.Count(step)}{epoch}";
    }
}
