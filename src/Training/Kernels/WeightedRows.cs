using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sheaf.Training.Kernels;

/// <summary>
/// Rows of a result, each a weighted sum of rows of one matrix: <c>C[m][j] = start[m] + sum over t of A[m, t] * B[offset[t] + j]</c>, added in the order of t
/// by fused multiply-add: the bits do not depend on how the work is cut into tiles. A matrix product is the case where the offsets are multiples of a row; a
/// convolution the one where they are the places of the kernel's taps.
/// </summary>
internal static unsafe class WeightedRows
{
    /// <summary>Floats of a tile's row; results are at least as wide.</summary>
    public const int Wide = 16;

    private const int Tall = 6;

    /// <param name="a">A[m, t] is at m * rowStride + t * termStride.</param>
    /// <param name="offsets">Of the rows of B, one for each term.</param>
    /// <param name="start">One value a row; null: zeros.</param>
    /// <param name="length">Floats of a row, at least <see cref="Wide"/>.</param>
    /// <param name="add">The sums are added to what C holds, each once.</param>
    public static void Compute(
        float* a, nint rowStride, nint termStride, float* b, int* offsets, int terms, float* start, float* c, nint resultStride, int rows, int length, bool add)
    {
        if (rows > terms)
        {
            // A large result is written in the order of its memory.
            for (var row = 0; row < rows; row += Tall)
            {
                for (var column = 0; column < length; column += Wide)
                {
                    Tile(a, rowStride, termStride, b, offsets, terms, start, c, resultStride, rows, length, add, row, column);
                }
            }

            return;
        }

        for (var column = 0; column < length; column += Wide)
        {
            for (var row = 0; row < rows; row += Tall)
            {
                Tile(a, rowStride, termStride, b, offsets, terms, start, c, resultStride, rows, length, add, row, column);
            }
        }
    }

    /// <summary>All bits set in the lanes from <paramref name="lane"/> on.</summary>
    private static Vector256<float> After(int lane) =>
        Vector256.GreaterThanOrEqual(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(lane)).AsSingle();

    /// <summary>
    /// Six rows of 16. Where fewer rows are left, the surplus ones are the last one again; the last column's tile overlaps the one before it, and leaves that
    /// one's values as they are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        float* a, nint rowStride, nint termStride, float* b, int* offsets, int terms, float* start, float* c, nint resultStride, int rows, int length,
        bool add, int row, int column)
    {
        var fresh = Math.Min(column, length - Wide);
        var last = rows - row - 1;
        a += row * rowStride;
        b += fresh;
        c += (row * resultStride) + fresh;
        start = start is null ? null : start + row;
        nint r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        float* a0 = a, a1 = a + (r1 * rowStride), a2 = a + (r2 * rowStride), a3 = a + (r3 * rowStride), a4 = a + (r4 * rowStride), a5 = a + (r5 * rowStride);
        Vector256<float> s00 = default, s10 = default, s20 = default, s30 = default, s40 = default, s50 = default;
        if (start is not null)
        {
            (s00, s10, s20) = (Vector256.Create(start[0]), Vector256.Create(start[r1]), Vector256.Create(start[r2]));
            (s30, s40, s50) = (Vector256.Create(start[r3]), Vector256.Create(start[r4]), Vector256.Create(start[r5]));
        }

        Vector256<float> s01 = s00, s11 = s10, s21 = s20, s31 = s30, s41 = s40, s51 = s50;
        nint t = 0;
        for (var term = 0; term < terms; term++, t += termStride)
        {
            var from = b + offsets[term];
            var (b0, b1) = (Vector256.Load(from), Vector256.Load(from + 8));
            var factor = Vector256.Create(a0[t]);
            s00 = Vector256.FusedMultiplyAdd(factor, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(factor, b1, s01);
            factor = Vector256.Create(a1[t]);
            s10 = Vector256.FusedMultiplyAdd(factor, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(factor, b1, s11);
            factor = Vector256.Create(a2[t]);
            s20 = Vector256.FusedMultiplyAdd(factor, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(factor, b1, s21);
            factor = Vector256.Create(a3[t]);
            s30 = Vector256.FusedMultiplyAdd(factor, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(factor, b1, s31);
            factor = Vector256.Create(a4[t]);
            s40 = Vector256.FusedMultiplyAdd(factor, b0, s40);
            s41 = Vector256.FusedMultiplyAdd(factor, b1, s41);
            factor = Vector256.Create(a5[t]);
            s50 = Vector256.FusedMultiplyAdd(factor, b0, s50);
            s51 = Vector256.FusedMultiplyAdd(factor, b1, s51);
        }

        if (add)
        {
            var (low, high) = (After(column - fresh), After(column - fresh - 8));

            // All of C is read before any of it is written: a surplus row writes the sum of its row once more, not twice the sum.
            (s50, s51) = (Sum(s50, c + (r5 * resultStride), low), Sum(s51, c + (r5 * resultStride) + 8, high));
            (s40, s41) = (Sum(s40, c + (r4 * resultStride), low), Sum(s41, c + (r4 * resultStride) + 8, high));
            (s30, s31) = (Sum(s30, c + (r3 * resultStride), low), Sum(s31, c + (r3 * resultStride) + 8, high));
            (s20, s21) = (Sum(s20, c + (r2 * resultStride), low), Sum(s21, c + (r2 * resultStride) + 8, high));
            (s10, s11) = (Sum(s10, c + (r1 * resultStride), low), Sum(s11, c + (r1 * resultStride) + 8, high));
            (s00, s01) = (Sum(s00, c, low), Sum(s01, c + 8, high));
        }

        Put(s50, s51, c + (r5 * resultStride));
        Put(s40, s41, c + (r4 * resultStride));
        Put(s30, s31, c + (r3 * resultStride));
        Put(s20, s21, c + (r2 * resultStride));
        Put(s10, s11, c + (r1 * resultStride));
        Put(s00, s01, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sum(Vector256<float> sum, float* place, Vector256<float> fresh)
    {
        var there = Vector256.Load(place);
        return Vector256.ConditionalSelect(fresh, there + sum, there);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<float> low, Vector256<float> high, float* place)
    {
        low.Store(place);
        high.Store(place + 8);
    }
}
