using Sheaf.Testbed;
using Sheaf.Tests.Security;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// Kills silos that hold a worker or the coordinator, each after the run made progress again and the cluster was whole. When a run ends, it is compared with
/// the undisturbed one, and the next one begins.
/// </summary>
internal static class KillsBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var (kills, silos, pace, seed) = (options.Number("kills", 200), (int)options.Number("silos", 3), options.Number("pace", 2), options.Number("seed", 1));
        var random = new Random((int)seed);
        using var authority = options.TryText("tls", out _) ? new TestAuthority() : null;
        await using var store = options.TryText("store", out _) ? await FaultyStore.StartAsync((int)seed) : null;
        await using var cluster = await TestCluster.StartAsync(
            silos, arguments: [.. authority is null ? [] : Mutual(authority), .. store?.Arguments ?? []], environment: store?.Environment);
        await cluster.ArmAsync(pace == 0 ? "" : $"before-compute@*:*#*=delay:{pace}");
        var spec = ChaosSpec.Yaml(seed, (int)options.Number("epochs", 30), $"{{ min: 1, max: {silos} }}");
        var reference = await Reference.MakeAsync(spec, cluster.Folder);
        var chaos = new Striker(cluster, random, silos);
        var times = new List<(string What, TimeSpan? Time)>();
        var (runs, findings) = (0, 0);
        while (times.Count < kills)
        {
            await using var run = await cluster.SubmitAsync($"kills-{runs++}", spec);
            var strikes = new List<Strike>();
            await run.WaitAsync(seen => seen.Ended || (seen.Step > 0 && seen.Experiment.Workers.Count == silos), "all workers train");
            while (!run.Ended && times.Count + strikes.Count < kills)
            {
                var strike = await chaos.StrikeAsync(random.Next(2) == 0 ? ChaosKind.KillWorker : ChaosKind.KillCoordinator, run);
                strikes.Add(strike);
                await run.WaitAsync(seen => seen.Ended || RecoveryMeter.Since(strike.Before, seen) is not null, "it makes progress again");
                Console.WriteLine($"  {times.Count + strikes.Count,4} {strike.What}: {RecoveryMeter.Since(strike.Before, run)?.TotalSeconds:F2} s");
                await chaos.RepairAsync(strike.Gone);
                await run.WaitAsync(seen => seen.Ended || seen.Experiment.Workers.Count == silos, "all workers train");
                var step = run.Step;
                await run.StepAsync(step + 1);
            }

            // One that came as the run ended anyway had nothing to recover from.
            times.AddRange(strikes.Select(strike => (strike.What, Time: RecoveryMeter.Since(strike.Before, run))).Where(strike => strike.Time is not null));
            foreach (var finding in await RunCheck.FindingsAsync(cluster, run, reference))
            {
                findings++;
                Console.WriteLine($"  {run.Id}: {finding}");
            }
        }

        Console.WriteLine($"{runs} runs with {reference.Ledger.Count} steps "
            + $"each; {(findings == 0 ? "all ended with the undisturbed run's bits, all audits are clean" : $"{findings} findings, above")}");
        if (store is not null)
        {
            Console.WriteLine(store.Told());
        }

        Recoveries.Print(times);
        return findings == 0 ? 0 : 1;
    }

    /// <summary>What makes silos speak TLS with each other.</summary>
    private static string[] Mutual(TestAuthority authority)
    {
        var (certificate, key) = authority.Issue("silo");
        return ["--cluster-certificate", certificate, "--cluster-key", key, "--cluster-ca", authority.CaFile];
    }
}
