using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sheaf.Training.Randomness;

/// <summary>
/// Philox 4x32 with 10 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// A pure function of a 128-bit counter and a 64-bit key, so that any block of any sequence can be had without the ones before it.
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Words of one block.</summary>
    public const int Block = 4;

    /// <summary>Blocks that <see cref="Fill"/> computes side by side.</summary>
    private const int Side = 8;

    public static void Next(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, Span<uint> block)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)Multiplier0 * c0;
            var p1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint)p1;
            c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint)p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        block[3] = c3;
        block[2] = c2;
        block[1] = c1;
        block[0] = c0;
    }

    /// <summary>
    /// Fills whole blocks for the counters <paramref name="c0"/>, <paramref name="c0"/> + 1, ...; the length is a multiple of <see cref="Block"/>.
    /// </summary>
    public static void Fill(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, Span<uint> words)
    {
        var done = 0;
        if (Avx2.IsSupported)
        {
            for (; words.Length - done >= Side * Block; done += Side * Block, c0 += Side)
            {
                FillSide(c0, c1, c2, c3, k0, k1, ref MemoryMarshal.GetReference(words[done..]));
            }
        }

        for (; done < words.Length; done += Block, c0++)
        {
            Next(c0, c1, c2, c3, k0, k1, words.Slice(done, Block));
        }
    }

    /// <summary>
    /// Eight blocks in two vectors of four. A word is the low half of a 64-bit lane; the high halves hold rubbish, which the
    /// 32 x 32 -> 64 multiplication does not read.
    /// </summary>
    private static void FillSide(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, ref uint words)
    {
        var m0 = Vector256.Create((ulong)Multiplier0).AsUInt32();
        var m1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        var a0 = Vector256.Create(c0, c0 + 1UL, c0 + 2UL, c0 + 3UL);
        var b0 = Vector256.Create(c0 + 4UL, c0 + 5UL, c0 + 6UL, c0 + 7UL);
        Vector256<ulong> a1 = Vector256.Create((ulong)c1), b1 = a1;
        Vector256<ulong> a2 = Vector256.Create((ulong)c2), b2 = a2;
        Vector256<ulong> a3 = Vector256.Create((ulong)c3), b3 = a3;
        for (var round = 0; round < Rounds; round++)
        {
            var x0 = Vector256.Create((ulong)k0);
            var x1 = Vector256.Create((ulong)k1);
            var p0 = Avx2.Multiply(m0, a0.AsUInt32());
            var p1 = Avx2.Multiply(m1, a2.AsUInt32());
            var q0 = Avx2.Multiply(m0, b0.AsUInt32());
            var q1 = Avx2.Multiply(m1, b2.AsUInt32());
            a0 = (p1 >>> 32) ^ a1 ^ x0;
            a1 = p1;
            a2 = (p0 >>> 32) ^ a3 ^ x1;
            a3 = p0;
            b0 = (q1 >>> 32) ^ b1 ^ x0;
            b1 = q1;
            b2 = (q0 >>> 32) ^ b3 ^ x1;
            b3 = q0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        Store(a0, a1, a2, a3, ref words);
        Store(b0, b1, b2, b3, ref Unsafe.Add(ref words, 4 * Block));
    }

    private static void Store(Vector256<ulong> v0, Vector256<ulong> v1, Vector256<ulong> v2, Vector256<ulong> v3, ref uint words)
    {
        var low = Vector256.Create(0xFFFF_FFFFUL);
        var first = (v0 & low) | (v1 << 32);
        var second = (v2 & low) | (v3 << 32);
        var even = Avx2.UnpackLow(first, second);
        var odd = Avx2.UnpackHigh(first, second);
        Avx2.Permute2x128(even, odd, 0x20).AsUInt32().StoreUnsafe(ref words);
        Avx2.Permute2x128(even, odd, 0x31).AsUInt32().StoreUnsafe(ref words, 8);
    }
}
