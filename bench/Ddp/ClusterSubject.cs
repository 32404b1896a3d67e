using Sheaf.Testbed;

namespace Sheaf.Bench.Ddp;

/// <summary>
/// A whole cluster: a database, real silo processes with one worker each, the coordinator, the ledger. The speed is that of the committed steps between
/// the first progress that a watcher saw after the warm-up and the last one that it saw, by the watcher's clock: the start, the evaluation at the end and
/// the last checkpoint lie outside. Prints one JSON line, as every subject does.
/// </summary>
internal static class ClusterSubject
{
    public static async Task RunAsync(Options options)
    {
        long warmup = options.Number("warmup", 100), steps = options.Number("steps", 500);
        var batch = options.Number("batch_size", 64);
        var silos = (int)options.Number("silos", 2);
        var rows = options.Number("rows", 54_000);
        var stepsPerEpoch = (rows + batch - 1) / batch;
        var spec = await BenchSpec.YamlAsync(options, (warmup + steps + stepsPerEpoch - 1) / stepsPerEpoch);
        await using var cluster = await TestCluster.StartAsync(silos);
        await using var run = await cluster.SubmitAsync("bench", spec);
        var end = await run.EndAsync();
        if (end.State != V1.State.Completed)
        {
            throw new InvalidOperationException($"The run is {end.State}: {end.Reason}\n{cluster.Logs()}");
        }

        var seen = run.Seen.Where(seen => seen.Update.Progress is not null).Select(seen => (seen.Timestamp, seen.Update.Progress.Step)).ToList();
        var (from, to) = (seen.First(each => each.Step >= warmup), seen[^1]);
        var elapsed = TimeProvider.System.GetElapsedTime(from.Timestamp, to.Timestamp);
        var perSecond = (to.Step - from.Step) / elapsed.TotalSeconds;

        // Every epoch has the same rows, the last step of each a short batch.
        var samplesPerStep = rows / (double)stepsPerEpoch;
        Report.Write(new(
            $"sheaf, {silos} silos, reduction {end.Reduction}, steps {from.Step} to {to.Step}",
            perSecond * samplesPerStep,
            0,
            1e6 / perSecond,
            run.Seen.Last(each => each.Update.Progress is not null).Update.Progress.Loss));
    }
}
