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

    /// <summary>Pins the digest, as System.IO.Hashing's XXH3 gave it with the seed (7 &lt;&lt; 16) | 2: ledgers of runs that go on depend on it.</summary>
    [Fact]
    public void Of_EnsureItNeverChanges() => Assert.Equal(0x86dacbf733cc2bd0UL, SampleDigest.Of(7, 2, [1, 256]));

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
