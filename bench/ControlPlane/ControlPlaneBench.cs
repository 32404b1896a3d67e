using System.Globalization;
using Sheaf.Bench.Chaos;
using Sheaf.Bench.Ddp;
using Sheaf.Testbed;

namespace Sheaf.Bench.ControlPlane;

/// <summary>
/// What the control plane of a training run takes of a core, in each silo: the processor time of the whole process, less that of the threads that compute and
/// exchange gradients; and the same while nothing runs, which is what membership and probes take.
/// </summary>
internal static class ControlPlaneBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var (silos, seconds) = ((int)options.Number("silos", 2), options.Number("seconds", 30));
        await using var cluster = await TestCluster.StartAsync(silos, faults: false);
        Console.WriteLine(
            $"{silos} silos, {seconds} s each; processor time of all but the device's and the data plane's threads as a share of one core, by silo");
        await Elapse.ForAsync(TimeSpan.FromSeconds(5));
        Print("nothing runs", await ShareAsync(cluster, seconds));
        var spec = options.TryText("spec", out _)
            ? await BenchSpec.YamlAsync(options, 10_000)
            : ChaosSpec.Yaml(1, 10_000, $"{silos}", checkpoints: "1000000 epochs");
        await using var run = await cluster.SubmitAsync("c", spec);
        await run.StepAsync(500);
        await Elapse.ForAsync(TimeSpan.FromSeconds(5));
        var from = run.Step;
        Print("a run trains", await ShareAsync(cluster, seconds));
        Console.WriteLine($"  coordinator on {(await cluster.CoordinatorOfAsync(run.Id)).Name}; {(run.Step - from) / (double)seconds:F0} steps/s");
        return 0;
    }

    private static async Task<double[]> ShareAsync(TestCluster cluster, long seconds)
    {
        var before = cluster.Silos.Select(silo => Control(silo.Pid)).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        await Elapse.ForAsync(TimeSpan.FromSeconds(seconds));
        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return [.. cluster.Silos.Select((silo, i) => (Control(silo.Pid) - before[i]) / elapsed)];
    }

    /// <summary>
    /// Seconds. Fields 14 and 15 of /proc/PID/stat are the process's time in 1/100 s, threads that have ended included (proc(5)); the first one of a thread's
    /// schedstat is its time in nanoseconds. A device's thread and the data plane's have names that begin with sheaf-, and last longer than the measurement.
    /// </summary>
    private static double Control(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var all = (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
        var data = Directory.EnumerateDirectories($"/proc/{pid}/task")
            .Where(thread => File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("sheaf-", StringComparison.Ordinal))
            .Sum(thread => long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1e9);
        return all - data;
    }

    private static void Print(string what, double[] shares) => Console.WriteLine($"  {what,-14} {string.Join("  ", shares.Select(share => $"{share,6:P2}"))}");
}
