using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Sheaf.Training.Ledger;

/// <summary>
/// The 64-bit hash of a reduced gradient: XXH3-64 of the concatenated XXH3-64 of its chunks, whose boundaries are fixed, so that several threads may share the
/// work. A chunk fits a first-level cache: it is hashed right after it was summed.
/// XXH3 is no defence against somebody who searches for collisions; of two gradients that differ by accident it says so but for one pair in about 2^64, and one
/// that differs in a single float never has the same chunk sums: every word is added to its neighbour's lane as it is, beside the products.
/// </summary>
public static class GradientHash
{
    /// <summary>Floats of a chunk (32 KiB); the last one may be shorter. Part of every recorded hash: never change it.</summary>
    public const int ChunkFloats = 8192;

    public static int Chunks(int length) => (length + ChunkFloats - 1) / ChunkFloats;

    public static ulong OfChunk(ReadOnlySpan<float> chunk) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(chunk));

    /// <summary>
    /// Hash and check in one pass over the chunk. No magnitude is above <paramref name="largest"/>, which is NaN or infinite where a value is.
    /// </summary>
    public static ulong OfChunk(ReadOnlySpan<float> chunk, out float largest) => Xxh3.Hash(chunk, out largest);

    /// <summary>The hash of the whole from those of its chunks, in order.</summary>
    public static ulong Combine(ReadOnlySpan<ulong> chunks) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(chunks));

    /// <summary>The hash of a whole gradient, by one thread.</summary>
    public static ulong Of(ReadOnlySpan<float> gradient)
    {
        var hashes = new ulong[Chunks(gradient.Length)];
        for (var chunk = 0; chunk < hashes.Length; chunk++)
        {
            var start = chunk * ChunkFloats;
            hashes[chunk] = OfChunk(gradient.Slice(start, Math.Min(ChunkFloats, gradient.Length - start)));
        }

        return Combine(hashes);
    }
}
