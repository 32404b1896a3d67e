using System.Globalization;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Bench.Eager;

/// <summary>
/// Sheaf's engine beside TorchSharp's eager loop on one device, in turn in one process, with the same deterministic algorithms. Prints a line of tab-separated values for each case:
/// case, samples a second of Sheaf and of the eager loop (medians), the median of the ratios.
/// </summary>
internal static class GpuBench
{
    private const double SecondsEach = 1.2;

    public static async Task<int> RunAsync(Options options)
    {
        var (device, rounds) = (options.TryText("device", out var named) ? named : "cuda:0", (int)options.Number("rounds", 3));
        Console.WriteLine($"# {Fingerprint.Of(device)}");
        foreach (var text in options.Text("cases").Split(','))
        {
            // FILE:BATCH:SHARDS
            var parts = text.Split(':');
            var spec = await Spec(parts[0], parts[1], parts[2]);
            var data = DataLoader.Load(spec.Data, spec.Seed, null, CancellationToken.None);
            var name = $"{Path.GetFileNameWithoutExtension(parts[0])}\t{parts[1]}\t{parts[2]}";
            try
            {
                Console.WriteLine($"{name}\t{await MeasureAsync(spec, data, device, rounds)}");
            }
            catch (Exception e) when (e is InvalidOperationException or System.Runtime.InteropServices.ExternalException or NotSupportedException)
            {
                Console.WriteLine($"{name}\tfailed\t{e.Message.Split('\n')[0]}");
            }
        }

        return 0;
    }

    private static async Task<string> MeasureAsync(ExperimentSpec spec, DataBundle data, string device, int rounds)
    {
        await using var engine = new EngineTrial(spec, data, device, rounds + 2);
        using var eager = new EagerTrial(spec, data, device);
        await engine.RunAsync(60);
        _ = eager.Run(60);
        var steps = Math.Max(20, (long)(SecondsEach * await engine.RunAsync(60) / spec.BatchSize!.Value));
        var eagerSteps = Math.Max(20, (long)(SecondsEach * eager.Run(60) / spec.BatchSize.Value));
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await engine.RunAsync(steps));
            theirs.Add(eager.Run(eagerSteps));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Median(ours):F0}\t{Median(theirs):F0}\t{Median([.. ours.Zip(theirs, (a, b) => a / b)]):F2}");
    }

    private static async Task<ExperimentSpec> Spec(string file, string batch, string shards)
    {
        var parsed = SpecParser.Parse(
            await File.ReadAllTextAsync(file), Path.GetDirectoryName(Path.GetFullPath(file))!, [new("batch_size", batch), new("shards", shards), new("workers", "1"), new("epochs", "100000")]);
        return parsed.Spec ?? throw new ArgumentException(string.Join(Environment.NewLine, parsed.Violations));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
