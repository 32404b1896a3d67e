using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Sheaf.Training.Ledger;

/// <summary>
/// The 64-bit digest of the sample ids that one shard was fed in one step, in their order: XXH3-64 of the ids as little-endian 32-bit numbers,
/// seeded with the step (upper 48 bits) and the shard (lower 16). Part of every ledger: never change it.
/// </summary>
public static class SampleDigest
{
    private const int ShardBits = 16;

    /// <summary><paramref name="ids"/>: those that were really gathered, not those that should have been. Allocates nothing.</summary>
    public static ulong Of(long step, int shard, ReadOnlySpan<int> ids) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(ids), unchecked((step << ShardBits) | (uint)shard));
}
