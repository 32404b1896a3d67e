using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// One long run under a seeded schedule of faults, side by side with an undisturbed run of the same spec on a cluster of its own. Each worker rests
/// <c>--pace</c> milliseconds a step, so that both clusters fit on one machine and neither gains by what the other loses; 0 lets both run as fast as they can.
/// </summary>
internal static class ChaosBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var (minutes, every, silos, pace) = (
            options.Number("minutes", 5), options.Number("every", 30), (int)options.Number("silos", 3), options.Number("pace", 10));
        var seed = options.Number("seed", 1);
        await using var store = options.TryText("store", out _) ? await FaultyStore.StartAsync((int)seed) : null;
        await using var disturbed = await TestCluster.StartAsync(silos, arguments: store?.Arguments, environment: store?.Environment);
        var striker = new Striker(disturbed, new Random((int)seed), silos, store);
        var kinds = striker.Parse(options.TryText("kinds", out var names) ? names : "");
        await using var beside = await TestCluster.StartAsync(silos);
        var plan = pace == 0 ? "" : $"before-compute@*:*#*=delay:{pace}";
        await disturbed.ArmAsync(plan);
        await beside.ArmAsync(plan);

        var epochs = await EpochsAsync(beside, minutes, silos);
        var spec = ChaosSpec.Yaml(seed, epochs, $"{{ min: 1, max: {silos} }}");
        Console.WriteLine($"{epochs * ChaosSpec.StepsPerEpoch} steps of the MLP on up to {silos} silos with a worker each, a fault every {every} s, "
            + $"seed {seed}; beside it the same run undisturbed; {pace} ms rest a step");
        await using var calm = await beside.SubmitAsync("undisturbed", spec);
        await using var run = await disturbed.SubmitAsync("chaos", spec);
        var strikes = await StrikeAsync(disturbed, run, calm, striker, kinds, TimeSpan.FromSeconds(every));
        await calm.EndAsync();
        var ended = calm.Seen[^1].Timestamp;
        var done = run.Seen.Where(seen => seen.Timestamp <= ended && seen.Update.Progress is not null).Max(seen => seen.Update.Progress.Step);
        Console.WriteLine($"kept {done / (double)calm.Step:P1} of the throughput: {done} steps when the undisturbed run had done its {calm.Step}");

        var reference = new Reference(calm.Experiment.Result?.WeightsSha256 ?? "none", await beside.LedgerAsync(calm.Id));
        var findings = await RunCheck.FindingsAsync(disturbed, run, reference);
        Recoveries.Print([.. strikes.Select(
            (strike, i) => (strike.What, Time: RecoveryMeter.Since(strike.Before, run, i + 1 < strikes.Count ? strikes[i + 1].Before : null)))]);
        if (store is not null)
        {
            Console.WriteLine(store.Told());
        }

        Console.WriteLine($"weights SHA-256 {run.Experiment.Result?.WeightsSha256}; undisturbed {reference.WeightsSha256}");
        Console.WriteLine(findings.Count == 0 ? "every step has the bits of the undisturbed run; the audit is clean" : string.Join('\n', findings));
        return findings.Count == 0 && calm.State == State.Completed ? 0 : 1;
    }

    /// <summary>How many epochs last the time that was asked for: measured by one epoch.</summary>
    private static async Task<int> EpochsAsync(TestCluster cluster, long minutes, int silos)
    {
        await using var run = await cluster.SubmitAsync("measure", ChaosSpec.Yaml(0, 1, $"{silos}"));
        await run.EndAsync();
        var seen = run.Seen.Where(each => each.Update.Progress is not null).Select(each => (each.Timestamp, each.Update.Progress.Step)).ToArray();
        var perSecond = (seen[^1].Step - seen[0].Step) / TimeProvider.System.GetElapsedTime(seen[0].Timestamp, seen[^1].Timestamp).TotalSeconds;
        return (int)Math.Ceiling(perSecond * minutes * 60 / ChaosSpec.StepsPerEpoch);
    }

    private static async Task<List<Strike>> StrikeAsync(
        TestCluster cluster, RunFollower run, RunFollower calm, Striker chaos, IReadOnlyList<ChaosKind> kinds, TimeSpan every)
    {
        var strikes = new List<Strike>();
        using var timer = new PeriodicTimer(every, TimeProvider.System);
        await run.StepAsync(1);
        await calm.StepAsync(1);
        while (await timer.WaitForNextTickAsync() && !run.Ended && !calm.Ended)
        {
            var strike = await chaos.StrikeAsync(chaos.Choose(kinds), run);
            Console.WriteLine($"  step {run.Step}: {strike.What}");
            strikes.Add(strike);
            await chaos.RepairAsync(strike.Gone);
        }

        // What is left of the run is not disturbed any more.
        await cluster.RestoreAsync();
        return strikes;
    }
}
