using Sheaf.Records;
using Sheaf.Specs;

namespace Sheaf.Training.Checkpoints;

/// <summary>Which checkpoints a spec keeps: the latest, and the best. Pure.</summary>
public static class RetentionPolicy
{
    /// <summary>
    /// Those of <paramref name="records"/> that nothing keeps, oldest first. Of several generations of one step the newest counts. The newest checkpoint is
    /// always kept; one whose score is missing, not a number, or infinite is never a best one; of equal scores the earlier step is better.
    /// </summary>
    /// <param name="decided">Steps that are kept besides, by falling importance: the first of which there is a checkpoint is.</param>
    public static IReadOnlyList<CheckpointRecord> ToDelete(
        IEnumerable<CheckpointRecord> records, ExperimentSpec experiment, IReadOnlyCollection<long>? decided = null)
    {
        var spec = experiment.Checkpoints;
        var newestFirst = records.OrderByDescending(record => (record.Step, record.Generation)).ToArray();
        var steps = newestFirst.DistinctBy(record => record.Step).ToArray();
        var kept = steps.Take(Math.Max(1, spec.KeepLatest)).ToHashSet();
        kept.UnionWith((decided ?? []).Select(step => Array.Find(steps, record => record.Step == step)).OfType<CheckpointRecord>().Take(1));
        if (spec.KeepBestBy is { } by)
        {
            var sign = experiment.IsHigherBetter(by) ? -1 : 1;
            kept.UnionWith(steps.Where(record => record.Score is { } score && double.IsFinite(score))
                .OrderBy(record => sign * record.Score!.Value)
                .ThenBy(record => record.Step)
                .Take(spec.KeepBest));
        }

        return [.. newestFirst.Where(record => !kept.Contains(record)).Reverse()];
    }
}
