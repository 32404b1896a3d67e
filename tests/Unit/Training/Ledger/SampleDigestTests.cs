using Sheaf.Training.Ledger;

namespace Sheaf.Tests.Unit.Training.Ledger;

public sealed class SampleDigestTests
{
    [Fact]
    public void Of_EnsureEveryPartCounts()
    {
        ulong[] digests =
        [
            SampleDigest.Of(5, 1, [1, 2, 3]), SampleDigest.Of(6, 1, [1, 2, 3]), SampleDigest.Of(5, 2, [1, 2, 3]), SampleDigest.Of(5, 1, [1, 3, 2]),
            SampleDigest.Of(5, 1, [1, 2]), SampleDigest.Of(5, 1, [1, 2, 3, 3]), SampleDigest.Of(5, 1, []), SampleDigest.Of(5, 2, []),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.Equal(digests[0], SampleDigest.Of(5, 1, [1, 2, 3]));
    }

    /// <summary>Pins the digest: ledgers of runs that go on depend on it.</summary>
    [Fact]
    public void Of_EnsureItIsSeededXxh3OfTheIds()
    {
        byte[] bytes = [1, 0, 0, 0, 0x00, 0x01, 0, 0];
        Assert.Equal(System.IO.Hashing.XxHash3.HashToUInt64(bytes, (7 << 16) | 2), SampleDigest.Of(7, 2, [1, 256]));
    }

    [Fact]
    public void Of_EnsureNothingIsAllocated()
    {
        var ids = new int[64];
        SampleDigest.Of(1, 0, ids);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SampleDigest.Of(2, 0, ids);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
