using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Draws the first values of a parameter, the same on every worker.</summary>
internal static class FirstDraw
{
    /// <param name="parameter">Is filled; a weight or a bias.</param>
    /// <param name="weight">Of the layer: its sizes are what the draws are scaled by.</param>
    public static void Fill(Tensor parameter, Tensor weight, InitialisationSpec initialisation, KeyedRandom random)
    {
        var (fanIn, fanOut) = FansOf(weight.shape);
        var spread = initialisation.SpreadOf(fanIn, fanOut);
        using var noGrad = no_grad();
        using var drawn = zeros(parameter.shape);
        var values = MemoryMarshal.Cast<byte, float>(drawn.bytes);
        if (initialisation.IsUniform)
        {
            Uniform(values, (float)spread, random);
        }
        else if (spread > 0)
        {
            Normal(values, initialisation.Mean, spread, random);
        }

        parameter.copy_(drawn);
    }

    /// <summary>Uniform around 0.</summary>
    public static void FillUniform(Tensor parameter, double bound, KeyedRandom random)
    {
        using var noGrad = no_grad();
        using var drawn = zeros(parameter.shape);
        Uniform(MemoryMarshal.Cast<byte, float>(drawn.bytes), (float)bound, random);
        parameter.copy_(drawn);
    }

    /// <summary>As torch.nn.init: the second size is the inputs, the first the outputs, each times the size of the window.</summary>
    private static (double In, double Out) FansOf(long[] shape)
    {
        var window = shape.Skip(2).Aggregate(1.0, (product, size) => product * size);
        return (shape[1] * window, shape[0] * window);
    }

    private static void Uniform(Span<float> values, float bound, KeyedRandom random)
    {
        random.Fill(values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * (2 * bound)) - bound;
        }
    }

    private static void Normal(Span<float> values, double mean, double deviation, KeyedRandom random)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var (one, other) = random.NextNormals();
            values[i] = (float)(mean + (deviation * one));
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(mean + (deviation * other));
            }
        }
    }
}
