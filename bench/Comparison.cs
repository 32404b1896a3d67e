using System.Diagnostics;
using System.Globalization;
using Sheaf.Bench.Subjects;

namespace Sheaf.Bench;

/// <summary>
/// Two subjects, run in turn (A B A B ...), so that a machine that slows down slows both. The figure is the ratio of each pair, with its spread.
/// A subject is a command that prints a JSON line with <c>samples_per_second</c>.
/// </summary>
internal sealed record Comparison(string Name, IReadOnlyList<string> Subject, IReadOnlyList<string> Baseline, double Target)
{
    /// <summary>Of the 60,000 images, a tenth validates.</summary>
    private const int TrainingRows = 54_000;

    public static async Task<int> RunAllAsync(Options options)
    {
        using var runs = new RunSubject(Root());
        return await RunAllAsync(options, All(options.Number("steps", 400), runs));
    }

    /// <summary>Those whose name has the text of --only, --rounds times each. 0: all reached their targets.</summary>
    public static async Task<int> RunAllAsync(Options options, IEnumerable<Comparison> comparisons)
    {
        var rounds = (int)options.Number("rounds", 5);
        var missed = 0;
        Console.WriteLine($"{"comparison",-62} {"ratio min / median / max",-26} {"target",6}   samples/s (medians)");
        foreach (var comparison in comparisons.Where(c => !options.TryText("only", out var only) || c.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            missed += await comparison.RunAsync(rounds) ? 0 : 1;
        }

        return missed == 0 ? 0 : 1;
    }

    /// <summary>True when the median reaches the target.</summary>
    private async Task<bool> RunAsync(int rounds)
    {
        var (a, b) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            // Every other round begins with the other one: neither always runs after it.
            if (round % 2 == 0)
            {
                a.Add(await MeasureAsync(Subject));
                b.Add(await MeasureAsync(Baseline));
            }
            else
            {
                b.Add(await MeasureAsync(Baseline));
                a.Add(await MeasureAsync(Subject));
            }
        }

        var ratios = a.Zip(b, (x, y) => x / y).Order().ToList();
        var median = Median(ratios);
        var target = Target > 0 ? Target.ToString("F2", CultureInfo.InvariantCulture) : "-";
        Console.WriteLine($"{Name,-62} {$"{ratios[0]:F2} / {median:F2} / {ratios[^1]:F2}",-26} {target,6}   {Median(a):F0} : {Median(b):F0}");
        return median >= Target;
    }

    private static IEnumerable<Comparison> All(long steps, RunSubject runs)
    {
        var peer = Path.Combine(Root(), "bench", "peers", "pytorch_single.py");
        foreach (var (model, name, alone, shared, eager, single, scale) in new[] { ("lenet", "fashion-mnist", 64, 128, 1.4, 1.1, 1.8),
            ("mlp", "mlp", 32, 64, 1.6, 1.5, 1.5) })
        {
            var many = model == "mlp" ? 4 * steps : steps;

            // The engine runs reach their speed before they are measured; the whole runs are what a user sees, cold start and all, beside a peer that starts
            // cold too.
            const int epochs = 3;
            var all = (long)Math.Ceiling(TrainingRows / (double)alone) * epochs;
            yield return new(
                $"{model}, batch {alone}: whole run, 1 worker, 1 shard : PyTorch",
                runs.Command(name, alone, 1, 1, epochs),
                Python(peer, model, alone, all, warmup: 0),
                single);
            yield return new(
                $"{model}, batch {alone}: whole run, 1 worker, 1 shard : eager TorchSharp",
                runs.Command(name, alone, 1, 1, epochs),
                Eager(name, model, alone, all, warmup: 0),
                eager);
            yield return new(
                $"{model}, batch {shared}, 2 shards: whole runs, 2 workers : 1",
                runs.Command(name, shared, 2, 2, epochs),
                runs.Command(name, shared, 2, 1, epochs),
                scale);
            yield return new(
                $"{model}, batch {alone}: 1 worker, 1 shard : eager TorchSharp", Engine(name, alone, 1, 1, many), Eager(name, model, alone, many, many), eager);
            yield return new(
                $"{model}, batch {alone}: 1 worker, 1 shard : PyTorch", Engine(name, alone, 1, 1, many), Python(peer, model, alone, many, many), single);
            yield return new(
                $"{model}, batch {shared}, 2 shards: 2 workers : 1 worker", Engine(name, shared, 2, 2, many), Engine(name, shared, 2, 1, many), scale);
            yield return new(
                $"{model}, batch 64, 1 worker: ledger : none", Engine(name, 64, 1, 1, many), [.. Engine(name, 64, 1, 1, many), "--ledger", "off"], 0.99);
            yield return new($"{model}, batch {shared}, 1 worker: 4 shards : 1 shard", Engine(name, shared, 4, 1, many), Engine(name, shared, 1, 1, many), 0);
            yield return new($"{model}, batch {shared}, 1 worker: 8 shards : 1 shard", Engine(name, shared, 8, 1, many), Engine(name, shared, 1, 1, many), 0);
        }
    }

    private static IReadOnlyList<string> Engine(string spec, int batch, int shards, int workers, long steps) =>
    [
        .. Self(), "engine", "--spec", Path.Combine(Root(), "examples", spec + ".yaml"), "--batch_size", $"{batch}", "--shards", $"{shards}", "--workers",
        $"{workers}",
        "--steps", $"{steps}", "--warmup", $"{steps}",
    ];

    private static IReadOnlyList<string> Eager(string spec, string model, int batch, long steps, long warmup) =>
    [
        .. Self(), "eager", "--spec", Path.Combine(Root(), "examples", spec + ".yaml"), "--model", model, "--batch_size", $"{batch}", "--steps", $"{steps}",
        "--warmup", $"{warmup}",
    ];

    /// <summary>This program, started by its own name or by <c>dotnet</c>.</summary>
    public static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, typeof(Comparison).Assembly.Location]
        : [Environment.ProcessPath!];

    private static IReadOnlyList<string> Python(string script, string model, int batch, long steps, long warmup) =>
        ["/usr/bin/python3", script, "--model", model, "--batch", $"{batch}", "--steps", $"{steps}", "--warmup", $"{warmup}"];

    private static async Task<double> MeasureAsync(IReadOnlyList<string> command)
    {
        using var process = new Process { StartInfo = new(command[0]) { RedirectStandardOutput = true, UseShellExecute = false } };
        foreach (var argument in command.Skip(1))
        {
            process.StartInfo.ArgumentList.Add(argument);
        }

        process.StartInfo.Environment["OMP_NUM_THREADS"] = "1";
        process.StartInfo.Environment["OPENBLAS_NUM_THREADS"] = "1";

        // Where they name another processor than this one, OpenBLAS takes kernels of half the speed: the peer runs at its best.
        process.StartInfo.Environment.Remove("OPENBLAS_CORETYPE");
        process.StartInfo.Environment.Remove("OPENBLAS_L2_SIZE");
        process.Start();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Report.SamplesPerSecondOf(output)
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with exit code {process.ExitCode}.");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Run it from a checkout: the specs and the peers' scripts are read from there.");
    }
}
