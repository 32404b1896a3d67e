using Sheaf.Training.Models.Layers;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Models;

/// <summary>First weights beside those of torch.nn.init: the draws are others, their distribution is the same.</summary>
public sealed class InitialisationTests
{
    private static readonly long[] Linear = [300, 500];
    private static readonly long[] Convolution = [64, 48, 5, 5];

    /// <summary>As it stands in a spec, the weight's shape, and the expression of PyTorch.</summary>
    private static readonly (string Spec, long[] Shape, string PyTorch)[] Cases =
    [
        ("default", Linear, "init.kaiming_uniform_(w, 5 ** 0.5)"),
        ("default", Convolution, "init.kaiming_uniform_(w, 5 ** 0.5)"),
        ("kaiming", Linear, "init.kaiming_normal_(w, nonlinearity='relu')"),
        ("{ kaiming: { mode: fan_out } }", Convolution, "init.kaiming_normal_(w, mode='fan_out', nonlinearity='relu')"),
        ("{ kaiming: { distribution: uniform } }", Convolution, "init.kaiming_uniform_(w, nonlinearity='relu')"),
        ("xavier", Convolution, "init.xavier_uniform_(w)"),
        ("{ xavier: { distribution: normal, gain: 2 } }", Linear, "init.xavier_normal_(w, 2)"),
        ("{ normal: { std: 0.5, mean: 3 } }", Linear, "init.normal_(w, 3, 0.5)"),
        ("zeros", Linear, "init.zeros_(w)"),
    ];

    [Fact]
    public void Table_CoversEveryWayOfTheSpec() => KnownToTheSpec.AssertAllIn("initialisation", Cases.Select(c => c.Spec));

    [Fact]
    public async Task Draws_HavePyTorchsMeanDeviationAndRange()
    {
        var theirs = await Python.RunAsync("Models/initialisation.py", new { cases = Cases.Select(c => new { expression = c.PyTorch, shape = c.Shape }) });
        foreach (var (of, (text, shape, _)) in theirs.EnumerateArray().Zip(Cases))
        {
            var initialisation = KnownToTheSpec.Spec(initialisation: text).Initialisation;
            using var weight = zeros(shape);
            FirstDraw.Fill(weight, weight, initialisation, new KeyedRandom(7, RandomPurpose.Initialisation, 0, 0));
            using var mean = weight.mean();
            using var deviation = weight.std();
            var spread = of.GetProperty("deviation").GetDouble();
            Assert.Equal(of.GetProperty("mean").GetDouble(), mean.item<float>(), spread / 50);
            Assert.Equal(spread, deviation.item<float>(), spread / 50);
            if (initialisation.IsUniform)
            {
                using var largest = weight.abs().max();
                Assert.Equal(of.GetProperty("largest").GetDouble(), largest.item<float>(), spread / 100);
            }
        }
    }
}
