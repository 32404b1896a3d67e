using System.Runtime.InteropServices;
using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Transport.Exchange;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>Collectives over exchanges, each silo on a thread of its own, and what they must give.</summary>
internal static class Rounds
{
    /// <summary>Every value that addition treats in a way of its own is in there.</summary>
    public static float[][] Vectors(int shards, int length, int seed, bool wild = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shards).Select(_ =>
        {
            var vector = new float[length];
            for (var i = 0; i < length; i++)
            {
                vector[i] = !wild || random.Next(8) > 0 ? (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7))) : random.Next(7) switch
                {
                    0 => float.NaN,
                    1 => BitConverter.Int32BitsToSingle(0x7fc00000 | random.Next(1 << 20)),
                    2 => float.PositiveInfinity,
                    3 => float.NegativeInfinity,
                    4 => -0f,
                    5 => float.Epsilon,
                    _ => float.MaxValue,
                };
            }

            return vector;
        })];
    }

    /// <summary>The parts of one silo, as its local group would give them.</summary>
    public static GradientPart[] Parts(PeerPlan plan, float[][] vectors) =>
        [.. plan.Parts[plan.Members.Select(member => member.Silo).ToList().IndexOf(plan.Silo)].Select(range => new GradientPart(range, Sum(vectors, range)))];

    public static Task<float[]> Start(
        PeerExchange exchange, float[][] vectors, long step = 0, long sequence = 0, CollectiveKind kind = CollectiveKind.Gradient) =>
        Start(exchange, vectors, CancellationToken.None, step, sequence, kind);

    public static Task<float[]> Start(
        PeerExchange exchange, float[][] vectors, CancellationToken cancel, long step = 0, long sequence = 0, CollectiveKind kind = CollectiveKind.Gradient) =>
        OnThread(() =>
        {
            var total = new float[vectors[0].Length];
            exchange.Exchange(new(exchange.Plan.Generation, sequence, step, kind), Parts(exchange.Plan, vectors), total, cancel);
            return total;
        });

    public static Task<float[][]> Run(
        IEnumerable<PeerExchange> exchanges, float[][] vectors, long step = 0, long sequence = 0, CollectiveKind kind = CollectiveKind.Gradient) =>
        Task.WhenAll(exchanges.Select(exchange => Start(exchange, vectors, step, sequence, kind)));

    public static void AssertBits(float[] expected, IEnumerable<float[]> totals)
    {
        foreach (var total in totals)
        {
            Assert.Equal(Bits(expected), Bits(total));
        }
    }

    public static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int[] Bits(float[] values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    private static float[] Sum(float[][] vectors, ShardRange node)
    {
        if (node.Count == 1)
        {
            return vectors[node.First];
        }

        var (left, right) = ReductionTree.Children(node);
        float[] sum = [.. Sum(vectors, left)], other = Sum(vectors, right);
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += other[i];
        }

        return sum;
    }
}
