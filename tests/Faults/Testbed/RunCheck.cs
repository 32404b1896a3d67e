using Sheaf.V1;

namespace Sheaf.Testbed;

/// <summary>Compares a run that was disturbed with the undisturbed one.</summary>
internal static class RunCheck
{
    /// <summary>What is wrong with a run that should have completed with the reference's bits; empty: nothing.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(TestCluster cluster, RunFollower run, Reference reference)
    {
        var findings = new List<string>();
        var end = await run.EndAsync();
        if (end.State != State.Completed)
        {
            return [$"it is {end.State} at step {end.Step} of {end.TotalSteps}: {end.Reason}"];
        }

        if (end.Result.WeightsSha256 != reference.WeightsSha256)
        {
            findings.Add($"the weights' SHA-256 is {end.Result.WeightsSha256}; undisturbed it is {reference.WeightsSha256}");
        }

        var ledger = await cluster.LedgerAsync(run.Id);
        findings.AddRange(Compare(ledger, reference.Ledger));
        findings.AddRange(Told(run, ledger));
        findings.AddRange((await cluster.DescribeAsync(run.Id)).Events.Where(e => e.Message.Contains("other bits", StringComparison.Ordinal))
            .Select(e => $"the run says: {e.Message}"));
        findings.AddRange(await cluster.AuditAsync(run.Id));
        return findings;
    }

    /// <summary>Every step is there once, in order, with the reference's bits.</summary>
    public static IEnumerable<string> Compare(IReadOnlyList<StepMetrics> ledger, IReadOnlyList<StepMetrics> reference)
    {
        if (ledger.Count != reference.Count)
        {
            yield return $"the ledger has {ledger.Count} steps of {reference.Count}";
        }

        foreach (var (step, (actual, expected)) in ledger.Zip(reference).Index())
        {
            if (actual.Step != step)
            {
                yield return $"place {step} of the ledger has step {actual.Step}";
                yield break;
            }

            if (actual.GradientHash != expected.GradientHash || BitConverter.DoubleToInt64Bits(actual.Loss) != BitConverter.DoubleToInt64Bits(expected.Loss))
            {
                yield return $"step {step} has gradient {actual.GradientHash:x16} and loss {actual.Loss:R} in generation {actual.Generation}; "
                    + $"undisturbed {expected.GradientHash:x16} and {expected.Loss:R}";
                yield break;
            }
        }
    }

    /// <summary>What a watcher was told was committed is in the ledger, and so is the loss that it was told: it may be of a step a little before.</summary>
    private static IEnumerable<string> Told(RunFollower run, IReadOnlyList<StepMetrics> ledger)
    {
        var losses = ledger.Index().GroupBy(each => each.Item.Loss).ToDictionary(same => same.Key, same => same.Min(each => each.Index));
        foreach (var progress in run.Seen.Select(seen => seen.Update.Progress).Where(progress => progress is { Step: > 0 }))
        {
            if (progress!.Step > ledger.Count)
            {
                yield return $"step {progress.Step - 1} was said to be committed and is not in the ledger";
            }
            else if (!losses.TryGetValue(progress.Loss, out var step) || step >= progress.Step)
            {
                yield return $"a loss of {progress.Loss:R} was told when {progress.Step} steps were committed; the ledger has no such step by then";
            }
        }
    }
}
