namespace Sheaf.Bench.Chaos;

/// <summary>Prints recovery times.</summary>
internal static class Recoveries
{
    public static void Print(IReadOnlyList<(string What, TimeSpan? Time)> strikes)
    {
        var times = strikes.Where(strike => strike.Time is not null).Select(strike => strike.Time!.Value.TotalSeconds).Order().ToArray();
        Console.WriteLine($"{strikes.Count} faults; {strikes.Count - times.Length} of them made no new generation");
        if (times.Length > 0)
        {
            Console.WriteLine($"recovery, last commit before the fault to the first after it: p50 {At(times, 0.5):F2} s, p95 {At(times, 0.95):F2} s, "
                + $"max {times[^1]:F2} s over {times.Length}");
        }
    }

    /// <summary>The smallest value that at least <paramref name="share"/> of all do not exceed.</summary>
    public static double At(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
