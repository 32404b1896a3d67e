using System.Diagnostics;

namespace Sheaf.Tests.SiloProcess;

/// <summary>Calls between two processes, one of which this is.</summary>
internal static class CallBenchmark
{
    private const int Calls = 5000;

    public static async Task RunAsync(string connection)
    {
        var cluster = Guid.NewGuid().ToString("N");
        await using var silo = await ProcessSilo.StartAsync(connection, cluster, "caller", 0);
        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["silo", connection, cluster, "callee"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        try
        {
            await other.StandardOutput.ReadLineAsync();
            await foreach (var snapshot in silo.Membership.MembershipUpdates)
            {
                if (snapshot.Members.Values.Count(m => m.Status == SiloStatus.Active) == 2)
                {
                    break;
                }
            }

            var grain = silo.Grains.GetGrain<IProcessGrain>("callee/echo");
            Console.WriteLine($"callee is process {await grain.ProcessId()}, caller {Environment.ProcessId}");
            foreach (var size in new[] { 100, 176 * 1024, 1024 * 1024 })
            {
                var bytes = new byte[size];
                await MeasureAsync($"echo of {size} bytes", size > 1000 ? Calls / 10 : Calls, () => grain.Echo(bytes));
                await MeasureAsync($"echo of {size} bytes, immutable", size > 1000 ? Calls / 10 : Calls, () => grain.EchoImmutable(bytes));
            }

            // The first one is left out: the compiler still works on what was hot before.
            foreach (var callsPerSecond in new[] { 50, 0, 50 })
            {
                await MeasureProcessorAsync(grain, other, callsPerSecond);
            }
        }
        finally
        {
            other.Kill();
        }
    }

    private static async Task MeasureAsync(string name, int calls, Func<Task> call)
    {
        for (var i = 0; i < calls / 5; i++)
        {
            await call();
        }

        var times = new double[calls];
        for (var i = 0; i < calls; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await call();
            times[i] = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"{name}: median {times[calls / 2]:F3} ms, p95 {times[calls * 95 / 100]:F3} ms");
    }

    private static async Task MeasureProcessorAsync(IProcessGrain grain, Process other, int callsPerSecond)
    {
        using var self = Process.GetCurrentProcess();
        (TimeSpan Own, TimeSpan Others) Used()
        {
            self.Refresh();
            other.Refresh();
            return (self.TotalProcessorTime, other.TotalProcessorTime);
        }

        var bytes = new byte[100];
        var seconds = TimeSpan.FromSeconds(10);
        var before = Used();
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(callsPerSecond == 0 ? seconds : TimeSpan.FromSeconds(1) / callsPerSecond, TimeProvider.System);
        while (TimeProvider.System.GetElapsedTime(start) < seconds && await timer.WaitForNextTickAsync())
        {
            if (callsPerSecond > 0)
            {
                await grain.Echo(bytes);
            }
        }

        var after = Used();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        Console.WriteLine($"{callsPerSecond} calls/s: caller {(after.Own - before.Own) / elapsed:P2} of a core, callee {(after.Others - before.Others) / elapsed:P2}");
    }
}
