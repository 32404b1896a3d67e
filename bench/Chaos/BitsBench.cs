using Sheaf.Testbed;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// The SHA-256 of the final weights on 1, 2, 3, 4 and 8 workers over 1 to 3 silos with both reductions; then one run for each of <c>--seeds</c> seeds under 30
/// random kills, joins and rescalings. All beside an undisturbed run on one worker. With <c>--first</c> N it begins with that seed, and leaves the placements
/// out where that is above 1.
/// </summary>
internal static class BitsBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var first = (int)options.Number("first", 1);
        var wrong = first == 1 ? await PlacementsAsync() : 0;
        for (var seed = first; seed < first + options.Number("seeds", 20); seed++)
        {
            wrong += await DisturbedAsync(seed, (int)options.Number("events", 30));
        }

        Console.WriteLine(wrong == 0 ? "all are equal" : $"{wrong} differ");
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int> PlacementsAsync()
    {
        var (wrong, reference) = (0, (Reference?)null);
        Console.WriteLine($"{"silos",5} {"workers",7} {"reduction",-12} weights' SHA-256");
        for (var silos = 1; silos <= 3; silos++)
        {
            await using var cluster = await TestCluster.StartAsync(silos, devices: 8 / silos + (8 % silos > 0 ? 1 : 0));
            TinySpec.WriteRows(cluster.Folder);
            reference ??= await Reference.MakeAsync(TinySpec.Yaml("1"), cluster.Folder);
            foreach (var workers in new[] { 1, 2, 3, 4, 8 }.Where(workers => workers >= silos))
            {
                foreach (var reduction in new[] { "peer", "coordinator" })
                {
                    await using var run = await cluster.SubmitAsync($"bits-{silos}-{workers}-{reduction}", TinySpec.Yaml($"{workers}", reduction: reduction));
                    var findings = await RunCheck.FindingsAsync(cluster, run, reference);
                    var places = run.Experiment.Workers.Select(worker => worker.Silo).Distinct().Count();
                    Console.WriteLine($"{silos,5} {workers,7} {reduction,-12} {run.Experiment.Result?.WeightsSha256} {string.Join("; ", findings)}"
                        + (places > 0 && places < silos ? $" (on {places} silos)" : ""));
                    wrong += findings.Count == 0 ? 0 : 1;
                }
            }
        }

        return wrong;
    }

    private static async Task<int> DisturbedAsync(int seed, int events)
    {
        var random = new Random(seed);
        await using var cluster = await TestCluster.StartAsync(3);
        TinySpec.WriteRows(cluster.Folder);
        var spec = TinySpec.Yaml("{ min: 1, max: 3 }", epochs: 400).Replace("seed: 11", $"seed: {seed}", StringComparison.Ordinal);
        var reference = await Reference.MakeAsync(spec, cluster.Folder);

        // Slow enough to last for all events, and nothing else: the pace ends with the last one.
        await cluster.ArmAsync("before-compute@*:*#*=delay:25");
        await using var run = await cluster.SubmitAsync("disturbed", spec);
        var chaos = new Striker(cluster, random, 3);
        var (done, gone) = (0, new Queue<SiloProcess>());
        var counts = new Dictionary<string, int>();
        for (; done < events && !run.Ended; done++)
        {
            await run.StepAsync(run.Step + random.Next(1, 10));
            var what = random.Next(3) switch
            {
                0 when gone.Count < 2 => "kill",
                1 => "rescaling",
                _ when gone.Count > 0 => "join",
                _ => "kill",
            };
            counts[what] = counts.GetValueOrDefault(what) + 1;
            if (what == "join")
            {
                await cluster.StartAsync(gone.Dequeue().Name);
            }
            else
            {
                var kind = what == "rescaling" ? ChaosKind.Scale : random.Next(2) == 0 ? ChaosKind.KillWorker : ChaosKind.KillCoordinator;
                foreach (var silo in (await chaos.StrikeAsync(kind, run)).Gone)
                {
                    gone.Enqueue(silo);
                }
            }
        }

        await cluster.ArmAsync("");
        var findings = await RunCheck.FindingsAsync(cluster, run, reference);
        Console.WriteLine($"seed {seed,3}: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}s"))}: "
            + $"{run.Experiment.Result?.WeightsSha256} {(findings.Count == 0 ? "equal" : string.Join("; ", findings))}");
        return findings.Count == 0 && done == events ? 0 : 1;
    }
}
