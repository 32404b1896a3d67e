namespace Sheaf.Training.Ledger;

/// <summary>
/// How the sample digests of all shards travel with a gradient: four floats a shard, each a whole number of 16 bits. Only the shard's own leaf fills its slots,
/// everywhere else they are +0, and x + 0 is exact along any tree; so the total holds every digest on every worker.
/// </summary>
public static class DigestSlots
{
    private const int BitsOfSlot = 16;

    /// <summary>Floats of one shard's digest.</summary>
    public const int Width = 64 / BitsOfSlot;

    /// <summary>Puts one shard's digest into its place; the other slots stay as they are.</summary>
    public static void Put(Span<float> slots, int shard, ulong digest)
    {
        var place = slots.Slice(shard * Width, Width);
        for (var i = 0; i < Width; i++)
        {
            place[i] = (ushort)(digest >> (i * BitsOfSlot));
        }
    }

    /// <summary>The digests of all shards, shard 0 first.</summary>
    public static ulong[] Read(ReadOnlySpan<float> slots)
    {
        var digests = new ulong[slots.Length / Width];
        for (var i = 0; i < digests.Length * Width; i++)
        {
            digests[i / Width] |= (ulong)(ushort)slots[i] << (i % Width * BitsOfSlot);
        }

        return digests;
    }
}
