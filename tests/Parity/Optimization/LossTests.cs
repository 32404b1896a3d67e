using System.Runtime.InteropServices;
using Sheaf.Training.Optimization;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Optimization;

/// <summary>Value and gradient of each loss of the spec beside torch.nn.functional's, on random outputs.</summary>
public sealed class LossTests
{
    private const int Samples = 24;
    private const int Width = 5;

    /// <summary>As it stands in a spec; the same in PyTorch, of outputs x [samples, width], classes c [samples] and values t [samples, width].</summary>
    private static readonly (string Spec, string PyTorch)[] Cases =
    [
        ("cross_entropy", "cross_entropy(x, c)"),
        ("{ cross_entropy: { label_smoothing: 0.2 } }", "cross_entropy(x, c, label_smoothing=0.2)"),
        ("mean_squared_error", "mse_loss(x, t)"),
        ("mean_absolute_error", "l1_loss(x, t)"),
    ];

    [Fact]
    public void Table_CoversEveryLossAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("loss", Cases.Select(c => c.Spec));

    [Fact]
    public async Task ValueAndGradient_ArePyTorchs()
    {
        var (outputs, values) = (Values(1), Values(2));
        var classes = Values(3).Take(Samples).Select(value => (long)((value + 3) / 6 * Width)).ToArray();
        var theirs = await Python.RunAsync("Optimization/losses.py", new { outputs, values, classes, width = Width, losses = Cases.Select(c => c.PyTorch) });
        foreach (var (of, (text, _)) in theirs.EnumerateArray().Zip(Cases))
        {
            using var scope = NewDisposeScope();
            var loss = new LossFunction(KnownToTheSpec.Spec(loss: text).Loss, Width);
            var output = tensor(outputs).reshape(Samples, Width).requires_grad_();
            var mean = loss.Sum(output, loss.WantsClasses ? tensor(classes) : tensor(values).reshape(Samples, Width)) / (Samples * loss.Divisor);
            mean.backward();
            Assert.Equal(of.GetProperty("value").GetSingle(), mean.item<float>(), 2e-6f);
            var gradient = MemoryMarshal.Cast<byte, float>(output.grad!.bytes).ToArray();
            Assert.All(of.GetProperty("gradient").EnumerateArray().Zip(gradient), pair => Assert.Equal(pair.First.GetSingle(), pair.Second, 1e-7f));
        }
    }

    /// <summary>From -3 to 3.</summary>
    private static float[] Values(int stream)
    {
        var values = new float[Samples * Width];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return [.. values.Select(value => (6 * value) - 3)];
    }
}
