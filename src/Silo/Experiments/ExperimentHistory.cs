using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Experiments;

/// <summary>Pure: what becomes of an experiment's view when its coordinator has news.</summary>
public static class ExperimentHistory
{
    /// <summary>
    /// Without what the view has already: a coordinator that gave up waiting for an answer sends everything again, and watchers should see it once.
    /// </summary>
    public static RunNews Unknown(ExperimentView view, RunNews news) => news with
    {
        Checkpoint = view.Checkpoints.Any(known => known == news.Checkpoint) ? null : news.Checkpoint,
        Evaluations = news.Evaluations.Count == 0 ? [] : news.Evaluations.Where(now => !view.Evaluations.Any(known => AreSame(known, now))).ToArray(),
        Events = news.Events.Count == 0 ? [] : news.Events.Except(view.Events).ToArray(),
    };

    /// <summary>Evaluations and events that are too many for the view are in the log.</summary>
    public static ExperimentView Apply(ExperimentView view, RunNews news, StoreOptions options) => view with
    {
        Run = news.Snapshot ?? (news.Progress is { } progress ? view.Run with { Step = progress.Step } : view.Run),
        Checkpoints = news.Checkpoints ?? view.Checkpoints,
        Evaluations = Evaluations(view.Evaluations, news.Evaluations, options.KeepEvaluations),
        Generations = news.Generations.Count == 0
            ? view.Generations
            : view.Generations.Where(old => news.Generations.All(now => now.Generation != old.Generation)).Concat(news.Generations).ToArray(),
        Events = news.Events.Count == 0 ? view.Events : view.Events.Concat(news.Events).TakeLast(options.KeepEvents).ToArray(),
    };

    /// <summary>What is sent to watchers, in order; the view last, because a terminal state ends their stream.</summary>
    public static IEnumerable<ExperimentUpdate> Updates(ExperimentView view, RunNews news)
    {
        foreach (var epoch in news.Epochs)
        {
            yield return new() { Sequence = 0, Epoch = epoch };
        }

        foreach (var evaluation in news.Evaluations)
        {
            yield return new() { Sequence = 0, Evaluation = evaluation };
        }

        if (news.Checkpoint is { } checkpoint)
        {
            yield return new() { Sequence = 0, Checkpoint = checkpoint };
        }

        foreach (var happened in news.Events)
        {
            yield return new() { Sequence = 0, Event = happened };
        }

        if (news.Progress is { } progress)
        {
            yield return new() { Sequence = 0, Progress = progress };
        }

        if (news.Snapshot is not null)
        {
            yield return new() { Sequence = 0, View = view };
        }
    }

    private static bool AreSame(EvaluationRecord one, EvaluationRecord other) => (one.Step, one.Rows, one.Samples) == (other.Step, other.Rows, other.Samples)
        && one.Loss.Equals(other.Loss) && one.Metrics.SequenceEqual(other.Metrics);

    /// <summary>An evaluation that was made again, after a recovery, takes the place of the first one.</summary>
    private static IReadOnlyList<EvaluationRecord> Evaluations(
        IReadOnlyList<EvaluationRecord> known, IReadOnlyList<EvaluationRecord> added,
        int kept) => added.Count == 0
        ? known
        : known.Where(old => !added.Any(now => now.Step == old.Step && now.Rows == old.Rows)).Concat(added).TakeLast(kept).ToArray();
}
