using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sheaf.Tests.Security;

namespace Sheaf.Bench.AllReduce;

/// <summary>
/// <c>bench allreduce</c>: our all-reduce, Gloo and OpenMPI (tcp) over loopback, in turn and in rounds, so that a machine that slows down slows all. Prints the
/// median of the rounds' means for every size, beside both peers and the bound.
/// </summary>
internal sealed class AllReduceBench(Options options, string root, string[] self)
{
    private const int Megabyte = 1 << 20;

    public async Task<int> RunAsync()
    {
        var rounds = (int)options.Number("rounds", 5);
        var sizes = (options.TryText("sizes", out var text) ? text : "4K,64K,1M,16M,64M").Split(',').Select(Bytes).ToArray();
        var processes = (
            options.TryText("processes", out text) ? text : "2,4").Split(',').Select(each => int.Parse(each, CultureInfo.InvariantCulture)).ToArray();
        if (options.TryText("tls", out _))
        {
            return await RunTlsAsync(processes, sizes, rounds);
        }

        var mpi = await CompileMpiAsync();
        var missed = 0;
        Console.WriteLine($"{"processes",9} {"bytes",9} {"sheaf us",10} {"gloo us",10} {"openmpi us",10} {"x gloo",7} {"x openmpi",9} {"target",12} "
            + $"{"bound us",9} {"of bound",8}");
        foreach (var count in processes)
        {
            var subjects = new (string Name, Func<Task<Dictionary<int, double>>> Run)[]
            {
                ("sheaf", () => RunOursAsync(count, sizes)),
                (
                    "gloo",
                    () => RunAsync(["/usr/bin/python3", Path.Combine(root, "bench", "peers", "gloo_allreduce.py"), "--processes", $"{count}", "--sizes",
                        string.Join(',', sizes), "--counts", string.Join(',', sizes.Select(CountOf))])),
                ("openmpi", () => RunAsync(["mpirun", "--allow-run-as-root", "--oversubscribe", "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include",
                    "lo", "-np", $"{count}", mpi,
                    .. sizes.SelectMany(size => new[] { $"{size}", $"{CountOf(size)}" })])),
            };
            var means = subjects.ToDictionary(subject => subject.Name, _ => new List<Dictionary<int, double>>());
            var bandwidths = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                bandwidths.Add(Loopback.Measure());
                foreach (var (name, run) in round % 2 == 0 ? subjects : subjects.Reverse())
                {
                    means[name].Add(await run());
                }
            }

            foreach (var size in sizes)
            {
                double Of(string name) => Median(means[name].Select(each => each[size]));
                var (ours, gloo, open) = (Of("sheaf"), Of("gloo"), Of("openmpi"));
                var bound = 2.0 * (count - 1) / count * size / Median(bandwidths) * 1e6;
                var small = size <= Megabyte;
                var met = small ? gloo / ours >= 2 : size < 16 * Megabyte || (gloo >= ours && open >= ours);
                missed += met ? 0 : 1;
                Console.WriteLine(
                    $"{count,9} {Name(size),9} {ours,10:F0} {gloo,10:F0} {open,10:F0} {gloo / ours,7:F2} {open / ours,9:F2} "
                        + $"{(small ? "gloo 2x" : size < 16 * Megabyte ? "-" : "both 1x") + (met ? "" : " !"),12} {bound,9:F0} {bound / ours,8:P0}");
            }

            Console.WriteLine(
                $"{"",9} loopback {Median(bandwidths) / 1e9:F1} GB/s one way, {rounds} rounds, medians; every total has the bits of the reference");
        }

        return missed == 0 ? 0 : 1;
    }

    /// <summary>What TLS costs: our all-reduce with it and without, in turn.</summary>
    private async Task<int> RunTlsAsync(int[] processes, int[] sizes, int rounds)
    {
        using var authority = new TestAuthority();
        authority.Issue("silo");
        Console.WriteLine($"{"processes",9} {"bytes",9} {"plain us",10} {"tls us",10} {"x plain",8}");
        foreach (var count in processes)
        {
            var (plain, tls) = (new List<Dictionary<int, double>>(), new List<Dictionary<int, double>>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var isTls in (bool[])(round % 2 == 0 ? [false, true] : [true, false]))
                {
                    (isTls ? tls : plain).Add(await RunOursAsync(count, sizes, isTls ? ["--tls", authority.Folder] : []));
                }
            }

            foreach (var size in sizes)
            {
                var (without, with) = (Median(plain.Select(each => each[size])), Median(tls.Select(each => each[size])));
                Console.WriteLine($"{count,9} {Name(size),9} {without,10:F0} {with,10:F0} {with / without,8:F2}");
            }
        }

        return 0;
    }

    /// <summary>Repetitions in one round: enough to measure, few enough for a table in minutes.</summary>
    private static int CountOf(int bytes) => bytes <= 64 * 1024 ? 300 : bytes <= Megabyte ? 100 : bytes <= 16 * Megabyte ? 12 : 5;

    private async Task<Dictionary<int, double>> RunOursAsync(int processes, int[] sizes, params string[] more)
    {
        var ranks = Enumerable.Range(0, processes).Select(rank =>
        {
            var extra = new[] { "shards", "spins", "congestion" }.Where(key => options.TryText(key, out _)).SelectMany(
                key => new[] { "--" + key, options.Text(key) });
            return Start(
                [.. self, "allreduce-rank", "--rank", $"{rank}", "--processes", $"{processes}", "--sizes", string.Join(',', sizes), "--counts",
                    string.Join(',', sizes.Select(CountOf)), ..
                    extra, .. more],
                input: true);
        }).ToList();
        try
        {
            var ports = new List<string>();
            foreach (var rank in ranks)
            {
                ports.Add((await rank.StandardOutput.ReadLineAsync())!);
            }

            foreach (var rank in ranks)
            {
                await rank.StandardInput.WriteLineAsync(string.Join(',', ports));
                await rank.StandardInput.FlushAsync();
            }

            var outputs = await Task.WhenAll(ranks.Select(FinishAsync));
            return Parse(outputs[0]);
        }
        finally
        {
            foreach (var rank in ranks)
            {
                if (!rank.HasExited)
                {
                    rank.Kill();
                }

                rank.Dispose();
            }
        }
    }

    private static async Task<Dictionary<int, double>> RunAsync(string[] command)
    {
        using var process = Start(command, input: false);
        return Parse(await FinishAsync(process));
    }

    private static async Task<string> FinishAsync(Process process)
    {
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"'{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}' ended with exit code {process.ExitCode}.");
    }

    private static Process Start(string[] command, bool input)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardInput = input, UseShellExecute = false };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // The JIT's first tier would be timed in short runs, and a background collector would take a core.
        (
            start.Environment["DOTNET_TieredPGO"],
            start.Environment["DOTNET_TieredCompilation"],
            start.Environment["DOTNET_gcConcurrent"],
            start.Environment["OMP_NUM_THREADS"]) = ("0", "0", "0", "1");
        return Process.Start(start)!;
    }

    private async Task<string> CompileMpiAsync()
    {
        var program = Path.Combine(Path.GetTempPath(), $"sheaf-openmpi-allreduce-{Environment.ProcessId}");
        using var compiler = Start(["mpicc", "-O3", "-march=native", "-o", program, Path.Combine(root, "bench", "peers", "openmpi_allreduce.c")], input: false);
        await FinishAsync(compiler);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(program);
        return program;
    }

    private static Dictionary<int, double> Parse(string output)
    {
        var line = output.Split('\n').Last(each => each.StartsWith('{'));
        return JsonDocument.Parse(line).RootElement.GetProperty("microseconds").EnumerateObject()
            .ToDictionary(each => int.Parse(each.Name, CultureInfo.InvariantCulture), each => each.Value.GetDouble());
    }

    private static int Bytes(string text) => text[^1] switch
    {
        'K' => int.Parse(text[..^1], CultureInfo.InvariantCulture) * 1024,
        'M' => int.Parse(text[..^1], CultureInfo.InvariantCulture) * Megabyte,
        _ => int.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Name(int bytes) => bytes % Megabyte == 0 ? $"{bytes / Megabyte}M" : bytes % 1024 == 0 ? $"{bytes / 1024}K" : $"{bytes}";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
