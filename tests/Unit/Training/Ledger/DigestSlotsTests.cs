using Sheaf.Training.Collectives;
using Sheaf.Training.Ledger;

namespace Sheaf.Tests.Unit.Training.Ledger;

public sealed class DigestSlotsTests
{
    [Fact]
    public void Read_EnsureEveryDigestComesThroughTheTree()
    {
        ulong[] digests = [0, ulong.MaxValue, 1, 0x8000_0000_0000_0000, 0x0123_4567_89AB_CDEF];
        var vectors = new List<float[]>();
        for (var shard = 0; shard < digests.Length; shard++)
        {
            var slots = new float[digests.Length * DigestSlots.Width];
            DigestSlots.Put(slots, shard, digests[shard]);
            vectors.Add(slots);
        }

        var total = ReferenceReduction.Sum(vectors);
        Assert.Equal(digests, DigestSlots.Read(total));
        Assert.All(total, slot => Assert.InRange(slot, 0, ushort.MaxValue));
    }
}
