using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <summary>What a completed run leaves.</summary>
public static class RunResults
{
    public static RunResult Of(RunRecord run, RunContext context, GenerationSession session, EpochRecord? lastEpoch)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (lastEpoch is not null)
        {
            metrics["train_loss"] = lastEpoch.Loss;
        }

        // With early stopping the best weights are the result, and all numbers are theirs.
        var best = context.Spec.EarlyStopping is null ? null : run.Decisions?.Best;
        var checkpoint = (best is null ? null : run.Checkpoints.LastOrDefault(known => known.Step == best.Step)) ?? run.Checkpoints[^1];
        var isBest = checkpoint.Step == best?.Step;
        foreach (var evaluation in session.Evaluations.Values.Select(last => isBest && last.Rows == best!.Rows ? best : last))
        {
            foreach (var (name, value) in EvaluationValues.Of(context.Spec, evaluation))
            {
                metrics[name] = value;
            }
        }

        foreach (var (name, value) in isBest ? run.Decisions!.BestValues : session.FinalValues)
        {
            metrics[name] = value;
        }

        return new()
        {
            WeightsSha256 = checkpoint.WeightsSha256,
            SamplesPerSecond = session.Meter.SamplesPerSecond,
            CheckpointPath = checkpoint.Path,
            Metrics = new Dictionary<string, double>(metrics),
            TrainingSeconds = session.Meter.Seconds,
            Step = checkpoint.Step,
        };
    }
}
