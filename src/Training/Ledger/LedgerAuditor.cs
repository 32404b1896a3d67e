using Sheaf.Records;
using Sheaf.Training.Data;

namespace Sheaf.Training.Ledger;

/// <summary>
/// Recomputes what every shard of every step should have been fed, and compares it with what the workers say they fed. Pure. A step may be reported by
/// several workers, generations and attempts; all reports must agree.
/// </summary>
public sealed class LedgerAuditor
{
    /// <summary>A digest that differs is explained by a search; after this many only the difference is reported.</summary>
    private const int MostExplanations = 16;

    private readonly StepSampler _sampler;
    private readonly int[] _ids;
    private readonly List<LedgerFinding> _findings = [];
    private int _explained;

    private LedgerAuditor(StepSampler sampler, Func<int, int> idAt)
    {
        _sampler = sampler;
        _ids = [.. Enumerable.Range(0, sampler.TrainCount).Select(idAt)];
    }

    /// <summary>
    /// Audits the steps <paramref name="firstStep"/> to <paramref name="endStep"/>-1; records of other steps are ignored.
    /// <paramref name="idAt"/> is <see cref="RowSet.IdAt"/> of the training rows.
    /// </summary>
    public static LedgerReport Audit(IEnumerable<StepRecord> records, StepSampler sampler, Func<int, int> idAt, long endStep, long firstStep = 0)
    {
        var auditor = new LedgerAuditor(sampler, idAt);
        var bySteps = records.Where(record => record.Step >= firstStep && record.Step < endStep).ToLookup(record => record.Step);
        for (var step = firstStep; step < endStep; step++)
        {
            auditor.Check(step, [.. bySteps[step]]);
        }

        return new LedgerReport { Epochs = auditor.Verdicts(firstStep, endStep), Findings = auditor._findings };
    }

    private void Check(long step, StepRecord[] records)
    {
        if (records.Length == 0)
        {
            Find(LedgerFindingKind.MissingStep, step, null, null, "no worker has reported it");
            return;
        }

        var hashes = records.GroupBy(record => record.GradientHash).ToArray();
        if (hashes.Length > 1)
        {
            var who = string.Join(
                "; ",
                hashes.Select(
                    each => $"{each.Key:x16} ({string.Join(", ", each.Select(record => $"worker {record.Worker} in generation {record.Generation}"))})"));
            Find(LedgerFindingKind.TwoHashes, step, null, null, $"{hashes.Length} gradient hashes: {who}");
        }

        var batch = _sampler.BatchSizeAt(step);
        if (records.FirstOrDefault(record => record.Samples != batch) is { } wrong)
        {
            Find(LedgerFindingKind.WrongSampleCount, step, null, null, $"worker {wrong.Worker} says {wrong.Samples} samples; the batch has {batch}");
        }

        for (var shard = 0; shard < _sampler.Shards; shard++)
        {
            var digests = records.Where(record => shard < record.SampleDigests.Count)
                .Select(record => record.SampleDigests[shard])
                .Distinct()
                .ToArray();
            if (digests.Length == 0)
            {
                Find(LedgerFindingKind.MissingShard, step, shard, null, "nobody says what it was fed");
            }
            else if (digests.Length > 1)
            {
                Find(
                    LedgerFindingKind.TwoDigests,
                    step,
                    shard,
                    null,
                    $"{digests.Length} digests of what it was fed: {string.Join(", ", digests.Select(digest => $"{digest:x16}"))}");
            }

            foreach (var digest in digests)
            {
                CheckDigest(step, shard, digest);
            }
        }
    }

    private void CheckDigest(long step, int shard, ulong digest)
    {
        var expected = IdsAt(step, shard);
        if (digest == SampleDigest.Of(step, shard, expected))
        {
            return;
        }

        if (_explained++ >= MostExplanations || DigestSearch.Explain(step, shard, digest, expected, _ids, OthersOf(step)) is not { } fed)
        {
            Find(
                LedgerFindingKind.WrongRows,
                step,
                shard,
                null,
                $"was fed other rows than the {expected.Length} that it should have been (digest {digest:x16})");
            return;
        }

        var (extra, missing) = (Without(fed, expected), Without(expected, fed));
        foreach (var row in extra)
        {
            var times = fed.Count(id => id == row);
            var instead = times > 1 ? $"{times} times in this shard" : $"although its turn is at {PlaceOf(row, step)}";
            Find(LedgerFindingKind.RowFedTwice, step, shard, row, $"row {row} was fed {instead}");
        }

        foreach (var row in missing)
        {
            Find(LedgerFindingKind.RowSkipped, step, shard, row, $"row {row} was skipped");
        }

        if (extra.Count == 0 && missing.Count == 0)
        {
            Find(LedgerFindingKind.WrongOrder, step, shard, null, "was fed its rows in another order");
        }
    }

    /// <summary>What the other shards of the epoch should have been fed.</summary>
    private IEnumerable<int[]> OthersOf(long step)
    {
        var first = _sampler.EpochOf(step) * _sampler.StepsPerEpoch;
        for (var other = first; other < first + _sampler.StepsPerEpoch; other++)
        {
            for (var shard = 0; shard < _sampler.Shards; shard++)
            {
                yield return IdsAt(other, shard);
            }
        }
    }

    private string PlaceOf(int id, long step)
    {
        var place = 0;
        foreach (var ids in OthersOf(step))
        {
            if (ids.Contains(id))
            {
                return $"step {(_sampler.EpochOf(step) * _sampler.StepsPerEpoch) + (place / _sampler.Shards)}, shard {place % _sampler.Shards}";
            }

            place++;
        }

        return "no step: it is no training row";
    }

    private int[] IdsAt(long step, int shard)
    {
        var rows = new int[_sampler.ShardSizeAt(step, shard)];
        _sampler.RowsAt(step, shard, rows);
        return Array.ConvertAll(rows, row => _ids[row]);
    }

    /// <summary>With repetitions: what is left of <paramref name="from"/> when <paramref name="taken"/> is taken away.</summary>
    private static List<int> Without(int[] from, int[] taken)
    {
        var left = from.ToList();
        foreach (var id in taken)
        {
            left.Remove(id);
        }

        return left;
    }

    private void Find(LedgerFindingKind kind, long step, int? shard, int? row, string what) =>
        _findings.Add(new LedgerFinding(kind, step, shard, row, $"step {step}{(shard is null ? "" : $", shard {shard}")}: {what}."));

    private List<EpochVerdict> Verdicts(long firstStep, long endStep)
    {
        var verdicts = new List<EpochVerdict>();
        for (var step = firstStep; step < endStep;)
        {
            var epoch = _sampler.EpochOf(step);
            var begin = epoch * _sampler.StepsPerEpoch;
            var end = Math.Min(begin + _sampler.StepsPerEpoch, endStep);
            var clean = !_findings.Exists(finding => finding.Step >= step && finding.Step < end);
            verdicts.Add(new EpochVerdict(epoch, step, end, step == begin && end == begin + _sampler.StepsPerEpoch, clean));
            step = end;
        }

        return verdicts;
    }
}
