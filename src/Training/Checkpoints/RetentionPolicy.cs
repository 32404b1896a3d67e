using Sheaf.Records;
using Sheaf.Specs;

namespace Sheaf.Training.Checkpoints;

/// <summary>Which checkpoints a spec keeps: the latest, and the best. Pure.</summary>
public static class RetentionPolicy
{
    private static readonly string[] HigherIsBetter =
        [.. new[] { MetricKind.Accuracy, MetricKind.RSquared }.Select(metric => SpecNames.On("validation", SpecNames.Of(metric)))];

    /// <summary>
    /// Those of <paramref name="records"/> that nothing keeps, oldest first. Of several generations of one step the newest counts. The newest checkpoint is
    /// always kept; one whose score is missing, not a number, or infinite is never a best one; of equal scores the earlier step is better.
    /// </summary>
    public static IReadOnlyList<CheckpointRecord> ToDelete(IEnumerable<CheckpointRecord> records, CheckpointSpec spec)
    {
        var newestFirst = records.OrderByDescending(record => (record.Step, record.Generation)).ToArray();
        var steps = newestFirst.DistinctBy(record => record.Step).ToArray();
        var kept = steps.Take(Math.Max(1, spec.KeepLatest)).ToHashSet();
        if (spec.KeepBestBy is { } by)
        {
            var sign = HigherIsBetter.Contains(by) ? -1 : 1;
            kept.UnionWith(steps.Where(record => record.Score is { } score && double.IsFinite(score))
                .OrderBy(record => sign * record.Score!.Value)
                .ThenBy(record => record.Step)
                .Take(spec.KeepBest));
        }

        return [.. newestFirst.Where(record => !kept.Contains(record)).Reverse()];
    }
}
