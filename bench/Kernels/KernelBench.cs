using System.Globalization;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Ledger;
using Sheaf.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Bench.Kernels;

/// <summary>
/// Loops of our own beside the library that does the same: torch.optim over one flat parameter, System.IO.Hashing and System.Numerics.Tensors. Both in one
/// process, in turn, with the spread of the ratios; above 1 ours is the faster one.
/// </summary>
internal static class KernelBench
{
    private const int Batch = 200;

    // The weights of the LeNet and of the perceptron of examples/, padded.
    private static readonly int[] Lengths = [61_712, 101_776];

    public static int Run(Options options)
    {
        var rounds = (int)options.Number("rounds", 21);
        Console.WriteLine($"{"library : ours",-58} {"ratio min / median / max",-26}   microseconds (medians)");
        foreach (var length in Lengths)
        {
            Optimizers(length, rounds);
            Hashes(length, rounds);
        }

        return 0;
    }

    private static void Optimizers(int length, int rounds)
    {
        (string Name, OptimizerSpec Spec, Func<Parameter, OptimizerHelper> Theirs)[] cases =
        [
            ("SGD", new OptimizerSpec.Sgd(1e-4), p => optim.SGD([p], 1e-4)),
            ("SGD with momentum", new OptimizerSpec.Sgd(1e-4, 0.9), p => optim.SGD([p], 1e-4, 0.9)),
            ("Adam", new OptimizerSpec.Adam(1e-4), p => optim.Adam([p], 1e-4)),
            ("AdamW", new OptimizerSpec.Adam(1e-4, WeightDecay: 0.01, Decoupled: true), p => optim.AdamW([p], 1e-4)),
        ];
        foreach (var (name, spec, create) in cases)
        {
            var (weights, gradient) = (Values(length, 1), Values(length, 2));
            using var ours = FlatOptimizer.Create(spec, length);
            using var parameter = new Parameter(tensor(weights));
            parameter.grad = tensor(gradient);
            using var theirs = create(parameter);
            Compare($"{name}, {length} weights: torch.optim : ours", rounds, Theirs, () => ours.Apply(weights, gradient, 1e-4, 1f));

            void Theirs()
            {
                using var scope = NewDisposeScope();
                theirs.step();
            }
        }
    }

    private static void Hashes(int length, int rounds)
    {
        var gradient = Values(length, 3);
        ulong sink = 0;
        Compare($"hash and largest value of {length} floats", rounds, Theirs, () => sink ^= GradientHash.OfChunk(gradient, out _));

        void Theirs()
        {
            sink ^= XxHash3.HashToUInt64(MemoryMarshal.AsBytes(gradient.AsSpan()));
            sink ^= (ulong)TensorPrimitives.MaxMagnitude(gradient);
        }
    }

    private static void Compare(string name, int rounds, Action theirs, Action ours)
    {
        var pairs = new List<(double Theirs, double Ours)>();
        for (var round = -2; round < rounds; round++)
        {
            var pair = round % 2 == 0 ? (Time(theirs), Time(ours)) : Swap(Time(ours), Time(theirs));
            if (round >= 0)
            {
                pairs.Add(pair);
            }
        }

        var ratios = pairs.Select(pair => pair.Theirs / pair.Ours).Order().ToList();
        var spread = string.Create(CultureInfo.InvariantCulture, $"{ratios[0]:F2} / {ratios[ratios.Count / 2]:F2} / {ratios[^1]:F2}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-58} {spread,-26}   {Median(pairs.Select(p => p.Theirs)):F1} : {Median(pairs.Select(p => p.Ours)):F1}"));
    }

    private static (double, double) Swap(double ours, double theirs) => (theirs, ours);

    /// <summary>Microseconds of one call.</summary>
    private static double Time(Action work)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Batch; i++)
        {
            work();
        }

        return TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Batch;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static float[] Values(int length, int seed)
    {
        var values = GC.AllocateArray<float>(length, pinned: true);
        var random = new Random(seed);
        for (var i = 0; i < length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
