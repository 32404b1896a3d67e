using System.Globalization;
using Sheaf.Testbed;

namespace Sheaf.Bench.ControlPlane;

/// <summary>
/// What the control plane of a training run takes of a core: the processor time of every silo while a run makes one step a second (so that next to nothing of it is training), and of
/// the same silos while nothing runs.
/// </summary>
internal static class ControlPlaneBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var (silos, seconds) = ((int)options.Number("silos", 3), options.Number("seconds", 30));
        await using var cluster = await TestCluster.StartAsync(silos);
        TinySpec.WriteRows(cluster.Folder);
        Console.WriteLine($"{silos} silos, {seconds} s each; processor time as a share of one core, by silo");
        await PassAsync(5);
        Print("nothing runs", await ShareAsync(cluster, seconds));
        await cluster.ArmAsync("before-compute@*:*#*=delay:1000");
        await using var run = await cluster.SubmitAsync("control", TinySpec.Yaml($"{silos}"));
        await run.StepAsync(5);
        var from = run.Step;
        Print("a run trains", await ShareAsync(cluster, seconds));
        Console.WriteLine($"  coordinator on {(await cluster.CoordinatorOfAsync(run.Id)).Name}; {run.Step - from} steps meanwhile");
        return 0;
    }

    private static async Task<double[]> ShareAsync(TestCluster cluster, long seconds)
    {
        var before = cluster.Silos.Select(silo => Ticks(silo.Pid)).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        await PassAsync(seconds);
        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return [.. cluster.Silos.Select((silo, i) => (Ticks(silo.Pid) - before[i]) / 100.0 / elapsed)];
    }

    /// <summary>Processor time in 1/100 s, in the kernel and outside: fields 14 and 15 of /proc/PID/stat (proc(5)).</summary>
    private static long Ticks(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static async Task PassAsync(long seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        await timer.WaitForNextTickAsync();
    }

    private static void Print(string what, double[] shares) => Console.WriteLine($"  {what,-14} {string.Join("  ", shares.Select(share => $"{share,6:P2}"))}");
}
