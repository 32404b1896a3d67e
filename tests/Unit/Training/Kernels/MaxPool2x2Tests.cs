using System.Runtime.InteropServices;
using Sheaf.Training.Kernels;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Kernels;

/// <summary>Beside libtorch's max_pool2d, and beside a scalar loop that states the rule.</summary>
public sealed unsafe class MaxPool2x2Tests
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, BitConverter.Int32BitsToSingle(0x7FC01234),
        BitConverter.Int32BitsToSingle(unchecked((int)0xFFC00001)),
    ];

    /// <param name="special">One value in so many is a special one, so windows have ties, zeros of both signs, NaNs and infinities; 0: none.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Pool_HasTheBitsOfLibtorchForEverySizeForwardAndBackward(int special)
    {
        Assert.SkipUnless(MaxPool2x2.IsSupported, "The processor lacks AVX2: libtorch's own pooling is taken.");
        var random = new Random(special);
        for (var height = 2; height < 13; height++)
        {
            for (var width = 2; width < 40; width++)
            {
                using var scope = NewDisposeScope();
                var input = Draw(random, special, 2, 3, height, width).requires_grad_();
                var gradient = Draw(random, special, 2, 3, height / 2, width / 2);
                var expected = nn.functional.max_pool2d(input, 2, 2);
                expected.backward([gradient]);
                float[] values = Floats(input), given = Floats(gradient), output = new float[given.Length], inputGradient = new float[values.Length];
                inputGradient.AsSpan().Fill(7);
                fixed (float* x = values, y = output, g = given, gx = inputGradient)
                {
                    MaxPool2x2.Forward(x, y, 6, height, width);
                    MaxPool2x2.Backward(x, g, gx, 6, height, width);
                }

                AssertSameBits(Floats(expected), output, $"{height} x {width}");
                AssertSameBits(Floats(input.grad!), inputGradient, $"the gradient of {height} x {width}");
                var (plain, plainGradient) = Plain(values, given, 6, height, width);
                AssertSameBits(plain, output, $"the plain loop, {height} x {width}");
                AssertSameBits(plainGradient, inputGradient, $"the plain loop's gradient, {height} x {width}");
            }
        }
    }

    private static (float[] Output, float[] Gradient) Plain(float[] input, float[] gradient, int planes, int height, int width)
    {
        var (output, inputGradient) = (new float[gradient.Length], new float[input.Length]);
        for (var (plane, place) = (0, 0); plane < planes; plane++)
        {
            for (var row = 0; row < height / 2; row++)
            {
                for (var column = 0; column < width / 2; column++, place++)
                {
                    var corner = (((plane * height) + (2 * row)) * width) + (2 * column);
                    var winner = corner;
                    foreach (var other in new[] { corner + 1, corner + width, corner + width + 1 })
                    {
                        winner = input[other] > input[winner] || float.IsNaN(input[other]) ? other : winner;
                    }

                    output[place] = input[winner];
                    inputGradient[winner] += gradient[place];
                }
            }
        }

        return (output, inputGradient);
    }

    private static Tensor Draw(Random random, int special, params long[] shape)
    {
        var tensor = zeros(shape);
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(tensor.bytes))
        {
            value = special > 0 && random.Next(special) == 0 ? Special[random.Next(Special.Length)] : (float)(random.NextDouble() - 0.5);
        }

        return tensor;
    }

    private static void AssertSameBits(float[] expected, float[] actual, string what) =>
        Assert.True(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)), $"{what} differs.");

    private static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
