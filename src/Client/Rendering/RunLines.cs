using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>The sentences about a run that the plain and the live display share.</summary>
internal static class RunLines
{
    public static string Submitted(Experiment experiment, Uri server) =>
        $"{experiment.Id}: {experiment.State.Name()} at {server.GetLeftPart(UriPartial.Authority)}";

    /// <summary>loss 0.4123, accuracy 85.30 %</summary>
    public static string Scores(double loss, IReadOnlyList<double> metrics, IReadOnlyList<string> names) =>
        string.Join(", ", names.Zip(metrics, (name, value) => $"{name} {Format.Metric(name, value)}").Prepend($"loss {Format.Loss(loss)}"));

    public static string Evaluated(RunView view, Evaluation evaluation) =>
        $"{Place(view, evaluation.Step)}: {evaluation.Rows.Name()} {Scores(evaluation.Loss, evaluation.Metrics, view.MetricNames)} "
            + $"({Format.Count(evaluation.Samples)} samples)";

    public static string Epoch(RunView view, EpochSummary epoch)
    {
        var skipped = epoch.Skipped == 0 ? "" : $", {Format.Count((int)Math.Min(epoch.Skipped, int.MaxValue), "update")} skipped";
        return $"epoch {epoch.Epoch}/{view.Epochs} done: "
            + $"training {Scores(epoch.Loss, epoch.Metrics, view.MetricNames)} ({Format.Count(epoch.Samples)} samples{skipped})";
    }

    public static string Checkpoint(Checkpoint checkpoint) =>
        $"checkpoint at step {Format.Count(checkpoint.Step)}: {checkpoint.Path}";

    public static string State(RunView view) => (view.State, view.Experiment) switch
    {
        (V1.State.Running, { Workers.Count: > 0 } e) => $"running on {Workers(e)}",
        (var state, _) => view.Reason.Length > 0 ? $"{state.Name()}: {view.Reason}" : state.Name(),
    };

    public static string Workers(Experiment experiment) =>
        $"{Format.Count(experiment.Workers.Count, "worker")}, {Format.Count(experiment.Shards, "shard")}";

    /// <summary>One line on where the run is and how fast it goes.</summary>
    public static string Progress(RunView view, Progress progress)
    {
        var parts = new List<string> { $"step {Format.Count(progress.Step)}/{Format.Count(progress.TotalSteps)}" };
        if (view.Epochs > 0)
        {
            parts.Add($"epoch {view.Epoch}/{view.Epochs}");
        }

        parts.Add(Scores(progress.Loss, progress.Metrics, view.MetricNames).Replace(", ", "  ", StringComparison.Ordinal));
        if (progress.StepsPerSecond > 0)
        {
            parts.Add($"{Format.Rate(progress.StepsPerSecond)} steps/s");
            parts.Add($"{Format.Rate(progress.SamplesPerSecond)} samples/s");
        }

        if (view.TimeLeft is { } left)
        {
            parts.Add($"left {Format.Duration(left)}");
        }

        return string.Join("  ", parts);
    }

    public static string ConnectionLost(TimeSpan wait) =>
        $"the server does not answer; the run is not affected by this. Trying again in {wait.TotalSeconds:0.##} s";

    private static string Place(RunView view, long step) => view.StepsPerEpoch > 0 && step > 0 && step % view.StepsPerEpoch == 0
        ? $"epoch {step / view.StepsPerEpoch}/{view.Epochs}"
        : $"step {Format.Count(step)}";
}
