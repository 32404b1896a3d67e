using Sheaf.Records;
using Sheaf.Training.Data;
using Sheaf.Training.Ledger;

namespace Sheaf.Tests.Unit.Training.Ledger;

public sealed class LedgerAuditorTests
{
    private const int Rows = 50;
    private const int Shards = 3;

    /// <summary>Ids that are not the rows' numbers, as after a split.</summary>
    private static int IdAt(int row) => (row * 3) + 7;

    private static StepSampler Sampler() => new(42, Rows, 8, Shards);

    [Fact]
    public void Audit_EnsureARunWithoutFaultIsCleanWhateverTheLeases()
    {
        var records = Ledger(14).SelectMany(record => new[] { Part(record, 0, 1, 0), Part(record, 1, 2, 1), record with { Generation = 2 } });

        var report = Audit(records, 14);

        Assert.True(report.IsClean);
        Assert.Equal([new EpochVerdict(0, 0, 7, true, true), new EpochVerdict(1, 7, 14, true, true)], report.Epochs);
    }

    [Fact]
    public void Audit_EnsureARowFedTwiceIsFoundWithItsStepShardAndRow()
    {
        // The row of another step takes a row's place: it is fed twice in the epoch, the other never.
        var (twice, skipped) = (Ids(5, 2)[0], Ids(3, 1)[1]);
        var report = Audit(Changed(3, 1, ids => ids.Select(id => id == skipped ? twice : id)), 14);

        Assert.Equal([(LedgerFindingKind.RowFedTwice, 3, 1, twice), (LedgerFindingKind.RowSkipped, 3, 1, skipped)], Short(report));
        Assert.Equal($"step 3, shard 1: row {twice} was fed although its turn is at step 5, shard 2.", report.Findings[0].Message);
        Assert.Equal([false, true], report.Epochs.Select(epoch => epoch.IsClean));
    }

    [Fact]
    public void Audit_EnsureARowSkippedIsFoundWithItsStepShardAndRow()
    {
        var skipped = Ids(9, 0)[1];
        var report = Audit(Changed(9, 0, ids => ids.Where(id => id != skipped)), 14);

        Assert.Equal([(LedgerFindingKind.RowSkipped, 9, 0, skipped)], Short(report));
        Assert.Equal($"step 9, shard 0: row {skipped} was skipped.", report.Findings[0].Message);
        Assert.Equal([true, false], report.Epochs.Select(epoch => epoch.IsClean));
    }

    [Fact]
    public void Audit_EnsureARowFedTwiceInOneShardIsFound()
    {
        var twice = Ids(4, 0)[0];
        var report = Audit(Changed(4, 0, ids => [twice, .. ids]), 14);
        Assert.Equal($"step 4, shard 0: row {twice} was fed 2 times in this shard.", Assert.Single(report.Findings).Message);
        report = Audit(Changed(4, 0, ids => [ids[0], ids[0], .. ids[1..^1]]), 14);
        Assert.Equal([(LedgerFindingKind.RowFedTwice, 4, 0, twice), (LedgerFindingKind.RowSkipped, 4, 0, Ids(4, 0)[^1])], Short(report));
    }

    [Fact]
    public void Audit_EnsureACursorThatSkipsARowAndGoesOnIsFound()
    {
        var next = Ids(2, 1)[0];
        var report = Audit(Changed(2, 0, ids => [.. ids[1..], next]), 14);
        Assert.Equal([(LedgerFindingKind.RowFedTwice, 2, 0, next), (LedgerFindingKind.RowSkipped, 2, 0, Ids(2, 0)[0])], Short(report));
    }

    [Fact]
    public void Audit_EnsureAnotherShardsRowsAreFound()
    {
        var report = Audit(Changed(2, 0, _ => Ids(2, 2)), 14);
        Assert.Equal(Ids(2, 2).Select(row => (LedgerFindingKind.RowFedTwice, 2L, (int?)0, (int?)row)), Short(report)[..Ids(2, 2).Length]);
        Assert.Equal(Ids(2, 0).Select(row => (LedgerFindingKind.RowSkipped, 2L, (int?)0, (int?)row)), Short(report)[Ids(2, 2).Length..]);
    }

    [Fact]
    public void Audit_EnsureTheWrongOrderIsFound() =>
        Assert.Equal([(LedgerFindingKind.WrongOrder, 2, 0, null)], Short(Audit(Changed(2, 0, ids => [ids[1], ids[0], .. ids[2..]]), 14)));

    [Fact]
    public void Audit_EnsureWhatCannotBeExplainedIsStillFound() =>
        Assert.Equal([(LedgerFindingKind.WrongRows, 2, 0, null)], Short(Audit(Changed(2, 0, _ => [1, 2, 3, 4, 5]), 14)));

    [Fact]
    public void Audit_EnsureMissingStepsAndShardsAreFound()
    {
        var records = Ledger(14).Where(record => record.Step != 5).Select(
            record => record.Step == 6 ? record with { SampleDigests = [.. record.SampleDigests.Take(2)] } : record);
        var report = Audit(records, 14);
        Assert.Equal([(LedgerFindingKind.MissingStep, 5, null, null), (LedgerFindingKind.MissingShard, 6, 2, null)], Short(report));
    }

    [Fact]
    public void Audit_EnsureAStepRedoneWithOtherBitsIsFound()
    {
        var records = Ledger(14).ToList();
        records.Add(records[3] with { Worker = 1, Generation = 4, GradientHash = 0xBAD });
        var report = Audit(records, 14);
        Assert.Equal([(LedgerFindingKind.TwoHashes, 3, null, null)], Short(report));
        Assert.Contains("worker 1 in generation 4", report.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_EnsureTwoDigestsOfOneShardAndAWrongSampleCountAreFound()
    {
        var records = Ledger(14).ToList();
        records.Add(Changed(6, 0, ids => ids[1..]).Single(record => record.Step == 6) with { Samples = 7 });
        var kinds = Short(Audit(records, 14)).Select(finding => finding.Item1);
        Assert.Equal([LedgerFindingKind.WrongSampleCount, LedgerFindingKind.TwoDigests, LedgerFindingKind.RowSkipped], kinds);
    }

    [Fact]
    public void Audit_EnsureAPartOfARunIsJudgedAsFarAsItGoes()
    {
        var report = LedgerAuditor.Audit(Ledger(20), Sampler(), IdAt, endStep: 10, firstStep: 3);
        Assert.True(report.IsClean);
        Assert.Equal([new EpochVerdict(0, 3, 7, false, true), new EpochVerdict(1, 7, 10, false, true)], report.Epochs);
    }

    private static LedgerReport Audit(IEnumerable<StepRecord> records, long endStep) => LedgerAuditor.Audit(records, Sampler(), IdAt, endStep);

    private static List<(LedgerFindingKind, long, int?, int?)> Short(LedgerReport report) =>
        [.. report.Findings.Select(finding => (finding.Kind, finding.Step, finding.Shard, finding.Row))];

    private static int[] Ids(long step, int shard)
    {
        var sampler = Sampler();
        var rows = new int[sampler.ShardSizeAt(step, shard)];
        sampler.RowsAt(step, shard, rows);
        return Array.ConvertAll(rows, IdAt);
    }

    private static IEnumerable<StepRecord> Ledger(long steps) => Changed(-1, 0, ids => ids, steps);

    private static IEnumerable<StepRecord> Changed(long step, int shard, Func<int[], IEnumerable<int>> change, long steps = 14)
    {
        for (var each = 0L; each < steps; each++)
        {
            var fed = Enumerable.Range(0, Shards).Select(s => each == step && s == shard ? [.. change(Ids(each, s))] : Ids(each, s)).ToArray();
            yield return new StepRecord
            {
                Step = each,
                Generation = 1,
                Worker = 0,
                Shards = new ShardRange(0, Shards),
                Loss = 1,
                Metrics = [],
                Samples = Sampler().BatchSizeAt(each),
                LearningRate = 0.1,
                GradientHash = (ulong)each,
                SampleDigests = [.. fed.Select((ids, s) => SampleDigest.Of(each, s, ids))],
                ComputeMicroseconds = 1,
                StepMicroseconds = 1,
            };
        }
    }

    private static StepRecord Part(StepRecord record, int first, int count, int worker) =>
        record with { Worker = worker, Shards = new ShardRange(first, count) };
}
