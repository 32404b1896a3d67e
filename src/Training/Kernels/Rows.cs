using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sheaf.Training.Kernels;

/// <summary>Short rows of floats, copied with what is done to them on the way. The last vector of a row overlaps the one before it.</summary>
internal static unsafe class Rows
{
    private const int Wide = 8;

    /// <summary>Pitches are the floats from one row to the next.</summary>
    /// <param name="rectify">What is not above zero becomes zero; NaN stays.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, int fromPitch, float* to, int toPitch, int rows, int length, bool rectify)
    {
        var negative = rectify ? Vector256<float>.Zero : Vector256.Create(float.NaN);
        for (var row = 0; row < rows; row++, from += fromPitch, to += toPitch)
        {
            if (length < Wide)
            {
                for (var place = 0; place < length; place++)
                {
                    var value = from[place];
                    to[place] = rectify && value <= 0 ? 0 : value;
                }

                continue;
            }

            for (var place = 0; ; place = Math.Min(place + Wide, length - Wide))
            {
                var values = Vector256.Load(from + place);
                Vector256.AndNot(values, Vector256.LessThanOrEqual(values, negative)).Store(to + place);
                if (place == length - Wide)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Gradients where the output that they are of is above zero, and zero elsewhere; gives their sum.</summary>
    /// <param name="output">Null: the gradients as they are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Mask(float* gradient, float* output, int fromPitch, float* to, int toPitch, int rows, int length)
    {
        var sums = Vector256<float>.Zero;
        var rest = 0f;
        for (var row = 0; row < rows; row++, gradient += fromPitch, output += output is null ? 0 : fromPitch, to += toPitch)
        {
            var place = 0;
            for (; place <= length - Wide; place += Wide)
            {
                var values = Vector256.Load(gradient + place);
                if (output is not null)
                {
                    values &= Vector256.GreaterThan(Vector256.Load(output + place), Vector256<float>.Zero);
                }

                values.Store(to + place);
                sums += values;
            }

            for (; place < length; place++)
            {
                var value = output is null || output[place] > 0 ? gradient[place] : 0;
                to[place] = value;
                rest += value;
            }
        }

        return Vector256.Sum(sums) + rest;
    }

    /// <summary>Over what is there, or added to it.</summary>
    public static void Put(ReadOnlySpan<float> values, Span<float> place, bool add)
    {
        if (add)
        {
            TensorPrimitives.Add(place, values, place);
        }
        else
        {
            values.CopyTo(place);
        }
    }
}
