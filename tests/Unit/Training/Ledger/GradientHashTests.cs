using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Sheaf.Training.Ledger;

namespace Sheaf.Tests.Unit.Training.Ledger;

public sealed class GradientHashTests
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 60, 61, 63, 64, 65, 255, 256, 257, 258, 271, 272, 273, 511, 512, 513, 1000, 8191, 8192];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void OfChunk_EnsureXxh3OfTheLibraryOnEveryVectorWidth(int length)
    {
        var chunk = Chunk(length);
        var bytes = MemoryMarshal.AsBytes(chunk.AsSpan());
        var expected = XxHash3.HashToUInt64(bytes);
        Assert.Equal(expected, GradientHash.OfChunk(chunk));
        Assert.Equal(expected, GradientHash.OfChunk(chunk, out var largest));
        Assert.InRange(largest, chunk.Length == 0 ? 0 : chunk.Max(Math.Abs), Xxh3.Moderate);
        if (bytes.Length > 240 && Avx2.IsSupported)
        {
            Assert.Equal(expected, Xxh3.Hash256(bytes, out _));
        }

        if (bytes.Length > 240 && Avx512F.IsSupported)
        {
            Assert.Equal(expected, Xxh3.Hash512(bytes, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void OfChunk_EnsureOneValueThatIsNotFiniteIsFoundAnywhere(int length)
    {
        var chunk = Chunk(length);
        for (var place = 0; place < length; place += Math.Max(1, length / 97))
        {
            foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                var kept = chunk[place];
                chunk[place] = value;
                var bytes = MemoryMarshal.AsBytes(chunk.AsSpan());
                Assert.Equal(XxHash3.HashToUInt64(bytes), GradientHash.OfChunk(chunk, out var largest));
                Assert.False(float.IsFinite(largest));
                if (bytes.Length > 240 && Avx2.IsSupported)
                {
                    Xxh3.Hash256(bytes, out var moderate);
                    Assert.False(moderate);
                }

                chunk[place] = kept;
            }
        }
    }

    [Fact]
    public void OfChunk_EnsureLargestAndSmallestNumbersAreFinite()
    {
        var chunk = new float[4096];
        for (var i = 0; i < chunk.Length; i++)
        {
            chunk[i] = (i % 4) switch { 0 => float.MaxValue, 1 => float.MinValue, 2 => float.Epsilon, _ => -0f };
        }

        GradientHash.OfChunk(chunk, out var largest);
        Assert.Equal(float.MaxValue, largest);
    }

    /// <summary>The bound holds for every magnitude at every place, also where sums of the values cancel.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void OfChunk_EnsureNoMagnitudeIsAboveTheLargest(int length)
    {
        foreach (var magnitude in new[] { 1e-30f, 65535f, 1e6f, 3.3e9f, 3.5e9f, 6.8e9f, 9e9f, 1.1e10f, 1e30f, float.MaxValue })
        {
            var chunk = new float[length];
            for (var i = 0; i < length; i++)
            {
                chunk[i] = i % 2 == 0 ? magnitude : -magnitude;
                chunk[i] *= i % 3 == 0 ? 1 : 0.5f;
            }

            GradientHash.OfChunk(chunk, out var largest);
            Assert.True(length == 0 || largest >= magnitude, $"{magnitude} of {length}: {largest}");
            Assert.True(largest <= Math.Max(Xxh3.Moderate, magnitude), $"{magnitude} of {length}: {largest}");
        }
    }

    /// <summary>Pins the hash: ledgers of runs that go on depend on it.</summary>
    [Fact]
    public void Of_EnsureItNeverChanges() =>
        Assert.Equal(
            XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new[] { XxHash3.HashToUInt64(new byte[32768]), XxHash3.HashToUInt64(new byte[4]) }.AsSpan())),
            GradientHash.Of(new float[8193]));

    private static float[] Chunk(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * 100))];
    }
}
