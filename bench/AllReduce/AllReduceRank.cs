using System.Globalization;
using System.Net;
using System.Text.Json;
using Sheaf.Records;
using Sheaf.Surroundings.Security;
using Sheaf.Training.Collectives;
using Sheaf.Training.Faults;
using Sheaf.Transport;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Links;

namespace Sheaf.Bench.AllReduce;

/// <summary>
/// One process of our all-reduce: says its port, reads everyone's, and exchanges. Every total is compared with the reference before it is timed. Rank 0 prints
/// a JSON line as the peers' scripts do.
/// </summary>
internal static class AllReduceRank
{
    public static async Task RunAsync(Options options)
    {
        var (rank, processes) = ((int)options.Number("rank", 0), (int)options.Number("processes", 2));
        var sizes = Numbers(options.Text("sizes"));
        var counts = Numbers(options.Text("counts"));
        var plain = new DataPlaneOptions { ClusterId = "bench", Silo = NameOf(rank), Listen = new(IPAddress.Loopback, 0), Log = Console.Error.WriteLine };
        var tuned = plain with
        {
            Links = new()
            {
                Spins = (int)options.Number("spins", plain.Links.Spins),
                CongestionControl = options.TryText("congestion", out var congestion) ? (congestion == "system" ? null : congestion)
                    : plain.Links.CongestionControl,
            },
            Tls = options.TryText("tls", out var folder) ? Tls(folder) : null,
        };
        await using var plane = new DataPlane(tuned, TimeProvider.System, NoFaults.Instance);
        await plane.StartAsync();
        Console.WriteLine(plane.EndPoint.Port);
        var ports = Numbers((await Console.In.ReadLineAsync())!);
        var shards = (int)options.Number("shards", processes);
        var members = ports.Select((port, member) => new PeerMember(
            NameOf(member), new(IPAddress.Loopback, port),
            [new(shards * member / processes, (shards * (member + 1) / processes) - (shards * member / processes))])).ToList();
        var means = new Dictionary<string, double>();
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < sizes.Length; i++)
                {
                    var plan = new PeerPlan("bench", i, shards, NameOf(rank), rank, members, sizes[i] / sizeof(float));
                    using var exchange = plane.Join(plan);
                    means[$"{sizes[i]}"] = Measure(exchange, rank, counts[i]);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (rank == 0)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { subject = "sheaf", microseconds = means }));
        }
    }

    private static LinkTls Tls(string folder)
    {
        string In(string file) => Path.Combine(folder, file);
        var (time, always) = (TimeProvider.System, TimeSpan.FromSeconds(1));
        var handshake = new ClusterHandshake(new(("certificate", In("silo.pem")), ("key", In("silo.key")), time, always),
            new(("ca", In("ca.pem")), time, always));
        return new(handshake.Server, handshake.Client);
    }

    private static double Measure(PeerExchange exchange, int rank, int count)
    {
        var plan = exchange.Plan;
        var buffers = plan.Parts[rank].Select(_ => new NativeBuffer(plan.Length)).ToList();
        var parts = plan.Parts[rank].Select((range, part) => new GradientPart(range, buffers[part].Memory)).ToList();
        parts.ForEach(part => Fill(part.Range, System.Runtime.InteropServices.MemoryMarshal.AsMemory(part.Sum).Span));
        using var total = new NativeBuffer(plan.Length);
        var sequence = 0L;
        exchange.Exchange(new(plan.Generation, sequence, sequence++, CollectiveKind.Gradient), parts, total.GetSpan(), CancellationToken.None);
        Verify(plan, total.GetSpan());
        for (var i = 0; i < Math.Max(2, count / 5); i++)
        {
            exchange.Exchange(new(plan.Generation, sequence, sequence++, CollectiveKind.Gradient), parts, total.GetSpan(), CancellationToken.None);
        }

        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            exchange.Exchange(new(plan.Generation, sequence, sequence++, CollectiveKind.Gradient), parts, total.GetSpan(), CancellationToken.None);
        }

        var mean = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / count;
        Verify(plan, total.GetSpan());
        buffers.ForEach(buffer => ((IDisposable)buffer).Dispose());
        return mean;
    }

    /// <summary>Values whose sum depends on the order of additions.</summary>
    private static void Fill(ShardRange part, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (((i * 7919) + (part.First * 104729)) % 2003 - 1001) * 1e-3f * (1 + (part.First * 1000));
        }
    }

    private static void Verify(PeerPlan plan, ReadOnlySpan<float> total)
    {
        var parts = plan.Parts.SelectMany(ranges => ranges).Select(range =>
        {
            var values = new float[plan.Length];
            Fill(range, values);
            return new GradientPart(range, values);
        }).ToList();
        var expected = ReferenceReduction.Sum(parts, plan.Shards);
        if (!System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(total)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(expected.AsSpan())))
        {
            throw new InvalidOperationException($"The total of {plan.Length} floats over {plan.Members.Count} processes does not have the reference's bits.");
        }
    }

    private static string NameOf(int rank) => $"rank-{rank:d3}";

    private static int[] Numbers(string text) => [.. text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
