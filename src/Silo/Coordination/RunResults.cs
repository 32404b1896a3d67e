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

        foreach (var evaluation in session.Evaluations.Values)
        {
            foreach (var (name, value) in EvaluationValues.Of(context.Spec, evaluation))
            {
                metrics[name] = value;
            }
        }

        foreach (var (name, value) in session.FinalValues)
        {
            metrics[name] = value;
        }

        var checkpoint = run.Checkpoints[^1];
        return new()
        {
            WeightsSha256 = checkpoint.WeightsSha256,
            SamplesPerSecond = session.Meter.SamplesPerSecond,
            CheckpointPath = checkpoint.Path,
            Metrics = new Dictionary<string, double>(metrics),
            TrainingSeconds = session.Meter.Seconds,
        };
    }
}
