using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sheaf.Training.Kernels;

/// <summary>
/// The largest value of every 2 x 2 window, windows side by side, and its gradient, with the bits of libtorch's max_pool2d: of equal values the first in
/// reading order wins (0 and -0 are equal), of NaNs the last; the gradient goes to the winner alone. libtorch's own loop branches on the data, which took two
/// fifths of LeNet's step. A last odd row or column belongs to no window.
/// </summary>
internal static unsafe class MaxPool2x2
{
    /// <summary>Without AVX2 libtorch's own pooling is taken.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <param name="planes">Images times channels.</param>
    /// <param name="input">planes x height x width.</param>
    /// <param name="output">planes x height/2 x width/2, written whole.</param>
    public static void Forward(float* input, float* output, long planes, int height, int width)
    {
        int rows = height / 2, columns = width / 2;
        for (long plane = 0; plane < planes; plane++, input += (long)height * width, output += (long)rows * columns)
        {
            for (var row = 0; row < rows; row++)
            {
                var top = input + (2L * row * width);
                ForwardRow(top, top + width, output + ((long)row * columns), columns);
            }
        }
    }

    /// <param name="input">What <see cref="Forward"/> was given.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="inputGradient">Of the input, written whole.</param>
    public static void Backward(float* input, float* gradient, float* inputGradient, long planes, int height, int width)
    {
        int rows = height / 2, columns = width / 2;
        for (long plane = 0; plane < planes; plane++, input += (long)height * width, inputGradient += (long)height * width, gradient += (long)rows * columns)
        {
            for (var row = 0; row < rows; row++)
            {
                var place = 2L * row * width;
                BackwardRow(
                    input + place, input + place + width, gradient + ((long)row * columns), inputGradient + place, inputGradient + place + width, columns);
                if (width % 2 == 1)
                {
                    inputGradient[place + width - 1] = 0;
                    inputGradient[place + (2 * width) - 1] = 0;
                }
            }

            if (height % 2 == 1)
            {
                new Span<float>(inputGradient + ((long)(height - 1) * width), width).Clear();
            }
        }
    }

    /// <summary>The last vector of a row overlaps the one before it: it writes the same values again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRow(float* top, float* bottom, float* output, int columns)
    {
        if (columns >= 8)
        {
            for (var column = 0; ; column = Math.Min(column + 8, columns - 8))
            {
                var (a, b) = Pairs256(top + (2 * column));
                var (c, d) = Pairs256(bottom + (2 * column));
                InOrder(Later(d, Later(c, Later(b, a)))).Store(output + column);
                if (column == columns - 8)
                {
                    return;
                }
            }
        }

        if (columns >= 4)
        {
            for (var column = 0; ; column = columns - 4)
            {
                var (a, b) = Pairs128(top + (2 * column));
                var (c, d) = Pairs128(bottom + (2 * column));
                Later(d, Later(c, Later(b, a))).Store(output + column);
                if (column == columns - 4)
                {
                    return;
                }
            }
        }

        for (var column = 0; column < columns; column++)
        {
            var (a, b, c, d) = (top[2 * column], top[(2 * column) + 1], bottom[2 * column], bottom[(2 * column) + 1]);
            var largest = Wins(b, a) ? b : a;
            largest = Wins(c, largest) ? c : largest;
            output[column] = Wins(d, largest) ? d : largest;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardRow(float* top, float* bottom, float* gradient, float* topGradient, float* bottomGradient, int columns)
    {
        if (columns >= 8)
        {
            for (var column = 0; ; column = Math.Min(column + 8, columns - 8))
            {
                var (a, b) = Pairs256(top + (2 * column));
                var (c, d) = Pairs256(bottom + (2 * column));
                var second = Wins(b, a);
                var largest = Vector256.ConditionalSelect(second, b, a);
                var third = Wins(c, largest);
                var fourth = Wins(d, Vector256.ConditionalSelect(third, c, largest));

                // Added to zero as libtorch does: -0 becomes 0.
                var given = InOrder(Vector256.Load(gradient + column)) + Vector256<float>.Zero;
                var toTop = Vector256.AndNot(Vector256.AndNot(given, fourth), third);
                var toBottom = Vector256.AndNot(given, fourth);
                Put256(topGradient + (2 * column), Vector256.AndNot(toTop, second), toTop & second);
                Put256(bottomGradient + (2 * column), toBottom & third, given & fourth);
                if (column == columns - 8)
                {
                    return;
                }
            }
        }

        if (columns >= 4)
        {
            for (var column = 0; ; column = columns - 4)
            {
                var (a, b) = Pairs128(top + (2 * column));
                var (c, d) = Pairs128(bottom + (2 * column));
                var second = Wins(b, a);
                var largest = Vector128.ConditionalSelect(second, b, a);
                var third = Wins(c, largest);
                var fourth = Wins(d, Vector128.ConditionalSelect(third, c, largest));
                var given = Vector128.Load(gradient + column) + Vector128<float>.Zero;
                var toBottom = Vector128.AndNot(given, fourth);
                var toTop = Vector128.AndNot(toBottom, third);
                Put128(topGradient + (2 * column), Vector128.AndNot(toTop, second), toTop & second);
                Put128(bottomGradient + (2 * column), toBottom & third, given & fourth);
                if (column == columns - 4)
                {
                    return;
                }
            }
        }

        for (var column = 0; column < columns; column++)
        {
            int left = 2 * column, right = left + 1;
            var (a, b, c, d) = (top[left], top[right], bottom[left], bottom[right]);
            var second = Wins(b, a);
            var largest = second ? b : a;
            var third = Wins(c, largest);
            var fourth = Wins(d, third ? c : largest);
            var given = gradient[column] + 0f;
            topGradient[left] = second || third || fourth ? 0 : given;
            topGradient[right] = second && !third && !fourth ? given : 0;
            bottomGradient[left] = third && !fourth ? given : 0;
            bottomGradient[right] = fourth ? given : 0;
        }
    }

    private static bool Wins(float value, float largest) => value > largest || float.IsNaN(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Wins(Vector256<float> value, Vector256<float> largest) =>
        Vector256.GreaterThan(value, largest) | Avx.CompareUnordered(value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Wins(Vector128<float> value, Vector128<float> largest) =>
        Vector128.GreaterThan(value, largest) | Sse.CompareUnordered(value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Later(Vector256<float> value, Vector256<float> largest) =>
        Vector256.ConditionalSelect(Wins(value, largest), value, largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Later(Vector128<float> value, Vector128<float> largest) =>
        Vector128.ConditionalSelect(Wins(value, largest), value, largest);

    /// <summary>The even and the odd columns of 16; both in the order 0 1 4 5 2 3 6 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Even, Vector256<float> Odd) Pairs256(float* row)
    {
        var (first, second) = (Vector256.Load(row), Vector256.Load(row + 8));
        return (Avx.Shuffle(first, second, 0b10_00_10_00), Avx.Shuffle(first, second, 0b11_01_11_01));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Even, Vector128<float> Odd) Pairs128(float* row)
    {
        var (first, second) = (Vector128.Load(row), Vector128.Load(row + 4));
        return (Sse.Shuffle(first, second, 0b10_00_10_00), Sse.Shuffle(first, second, 0b11_01_11_01));
    }

    /// <summary>From the order of <see cref="Pairs256"/> to that of memory, and back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> InOrder(Vector256<float> values) => Avx2.Permute4x64(values.AsDouble(), 0b11_01_10_00).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put256(float* row, Vector256<float> even, Vector256<float> odd)
    {
        Avx.UnpackLow(even, odd).Store(row);
        Avx.UnpackHigh(even, odd).Store(row + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put128(float* row, Vector128<float> even, Vector128<float> odd)
    {
        Sse.UnpackLow(even, odd).Store(row);
        Sse.UnpackHigh(even, odd).Store(row + 4);
    }
}
