using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The ledger's entries for steps that a generation committed and could not tell all of: every worker that applied a step knows all of it, so one survivor is
/// enough. Pure.
/// </summary>
public static class StepSalvage
{
    /// <summary>
    /// Entries for the steps from <paramref name="from"/> up to <paramref name="to"/>, in order; those of which no record is left are missing.
    /// </summary>
    public static IReadOnlyList<StepCommit> Of(IEnumerable<StepRecord> records, long from, long to)
    {
        var entries = new List<StepCommit>();
        foreach (var step in records.Where(record => record.Step >= from && record.Step < to).GroupBy(record => record.Step).OrderBy(step => step.Key))
        {
            var newest = step.Max(record => record.Generation);
            entries.Add(StepMerge.Of(step.Where(record => record.Generation == newest).DistinctBy(record => record.Worker).ToArray()));
        }

        return entries;
    }
}
