using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sheaf.Training.Kernels;

/// <summary>
/// Dot products of rows of two matrices: <c>C[m][t] += sum over j of A[m][j] * B[offset[t] + j]</c>. Each is summed in eight lanes, lane i over j = i, i + 8,
/// ..., by fused multiply-add, through all blocks in order, and then ((0+4)+(2+6)) + ((1+5)+(3+7)): the bits do not depend on how the work is cut into tiles.
/// </summary>
internal static unsafe class DotProducts
{
    private const int Tall = 4;
    private const int Wide = 3;

    /// <param name="a">Row m begins at m * rowStride.</param>
    /// <param name="offsets">Of the rows of B.</param>
    /// <param name="blocks">The dot product goes on through so many blocks of A and B, so many floats apart.</param>
    /// <param name="c">Place m * resultStride + t * 1.</param>
    public static void Add(
        float* a, nint rowStride, float* b, int* offsets, int terms, int length, int blocks, nint blockA, nint blockB, float* c, nint resultStride, int rows)
    {
        for (var term = 0; term < terms; term += Wide)
        {
            for (var row = 0; row < rows; row += Tall)
            {
                Tile(
                    a + (row * rowStride), rowStride, rows - row - 1, b, offsets + term, terms - term - 1, length, blocks, blockA, blockB,
                    c + (row * resultStride) + term, resultStride);
            }
        }
    }

    /// <summary>Four rows by three; where fewer are left, the surplus ones are the last one again and are not written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        float* a, nint rowStride, int lastRow, float* b, int* offsets, int lastTerm, int length, int blocks, nint blockA, nint blockB, float* c,
        nint resultStride)
    {
        float* a0 = a, a1 = a + (Math.Min(1, lastRow) * rowStride), a2 = a + (Math.Min(2, lastRow) * rowStride), a3 = a + (Math.Min(3, lastRow) * rowStride);
        float* b0 = b + offsets[0], b1 = b + offsets[Math.Min(1, lastTerm)], b2 = b + offsets[Math.Min(2, lastTerm)];
        Vector256<float> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector256<float> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        var whole = length - (length % 8);
        var rest = Vector256.LessThan(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(length - whole)).AsSingle();
        for (var block = 0; block < blocks; block++)
        {
            nint j = 0;
            Vector256<float> x, y0, y1, y2;
            for (; j < whole; j += 8)
            {
                (y0, y1, y2) = (Vector256.Load(b0 + j), Vector256.Load(b1 + j), Vector256.Load(b2 + j));
                x = Vector256.Load(a0 + j);
                s00 = Vector256.FusedMultiplyAdd(x, y0, s00);
                s01 = Vector256.FusedMultiplyAdd(x, y1, s01);
                s02 = Vector256.FusedMultiplyAdd(x, y2, s02);
                x = Vector256.Load(a1 + j);
                s10 = Vector256.FusedMultiplyAdd(x, y0, s10);
                s11 = Vector256.FusedMultiplyAdd(x, y1, s11);
                s12 = Vector256.FusedMultiplyAdd(x, y2, s12);
                x = Vector256.Load(a2 + j);
                s20 = Vector256.FusedMultiplyAdd(x, y0, s20);
                s21 = Vector256.FusedMultiplyAdd(x, y1, s21);
                s22 = Vector256.FusedMultiplyAdd(x, y2, s22);
                x = Vector256.Load(a3 + j);
                s30 = Vector256.FusedMultiplyAdd(x, y0, s30);
                s31 = Vector256.FusedMultiplyAdd(x, y1, s31);
                s32 = Vector256.FusedMultiplyAdd(x, y2, s32);
            }

            if (whole < length)
            {
                (y0, y1, y2) = (Avx.MaskLoad(b0 + j, rest), Avx.MaskLoad(b1 + j, rest), Avx.MaskLoad(b2 + j, rest));
                x = Avx.MaskLoad(a0 + j, rest);
                s00 = Vector256.FusedMultiplyAdd(x, y0, s00);
                s01 = Vector256.FusedMultiplyAdd(x, y1, s01);
                s02 = Vector256.FusedMultiplyAdd(x, y2, s02);
                x = Avx.MaskLoad(a1 + j, rest);
                s10 = Vector256.FusedMultiplyAdd(x, y0, s10);
                s11 = Vector256.FusedMultiplyAdd(x, y1, s11);
                s12 = Vector256.FusedMultiplyAdd(x, y2, s12);
                x = Avx.MaskLoad(a2 + j, rest);
                s20 = Vector256.FusedMultiplyAdd(x, y0, s20);
                s21 = Vector256.FusedMultiplyAdd(x, y1, s21);
                s22 = Vector256.FusedMultiplyAdd(x, y2, s22);
                x = Avx.MaskLoad(a3 + j, rest);
                s30 = Vector256.FusedMultiplyAdd(x, y0, s30);
                s31 = Vector256.FusedMultiplyAdd(x, y1, s31);
                s32 = Vector256.FusedMultiplyAdd(x, y2, s32);
            }

            a0 += blockA;
            a1 += blockA;
            a2 += blockA;
            a3 += blockA;
            b0 += blockB;
            b1 += blockB;
            b2 += blockB;
        }

        Put(c, s00, s01, s02, lastTerm);
        if (lastRow > 0)
        {
            Put(c + resultStride, s10, s11, s12, lastTerm);
        }

        if (lastRow > 1)
        {
            Put(c + (2 * resultStride), s20, s21, s22, lastTerm);
        }

        if (lastRow > 2)
        {
            Put(c + (3 * resultStride), s30, s31, s32, lastTerm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector256<float> first, Vector256<float> second, Vector256<float> third, int lastTerm)
    {
        c[0] += Sum(first);
        if (lastTerm > 0)
        {
            c[1] += Sum(second);
        }

        if (lastTerm > 1)
        {
            c[2] += Sum(third);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }
}
