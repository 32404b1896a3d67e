using Sheaf.Training.Ledger;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Ledger;

public sealed class ProductHashTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(ProductHash.RowFloats - 1)]
    [InlineData(ProductHash.RowFloats)]
    [InlineData((3 * ProductHash.RowFloats) + 17)]
    public void Sum_EnsureTheTensorsHashIsTheOneComputedFloatByFloat(int length)
    {
        var values = Values(length);
        Assert.Equal(ProductHash.Of(values), HashOfTensor(values));
        (values[0], values[^1]) = (float.NaN, float.NegativeInfinity);
        Assert.Equal(ProductHash.Of(values), HashOfTensor(values));
    }

    [Fact]
    public void Of_EnsureEachBitOfEachFloatCounts()
    {
        var values = Values(ProductHash.RowFloats + 3);
        var seen = new HashSet<ulong> { ProductHash.Of(values) };
        foreach (var place in new[] { 0, 1, ProductHash.RowFloats - 1, ProductHash.RowFloats, values.Length - 1 })
        {
            for (var bit = 0; bit < 32; bit++)
            {
                var changed = values.ToArray();
                changed[place] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(values[place]) ^ (1 << bit));
                Assert.True(seen.Add(ProductHash.Of(changed)), $"place {place}, bit {bit}");
            }
        }
    }

    [Fact]
    public void Of_EnsureSwappedFloatsDiffer()
    {
        var values = Values(2 * ProductHash.RowFloats);
        var hash = ProductHash.Of(values);
        (values[3], values[ProductHash.RowFloats + 3]) = (values[ProductHash.RowFloats + 3], values[3]);
        Assert.NotEqual(hash, ProductHash.Of(values));
    }

    [Fact]
    public void Constructor_EnsureALengthThatIsNoMultipleOfARowIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProductHash(ProductHash.RowFloats + 1, CPU));

    private static ulong HashOfTensor(float[] values)
    {
        using var scope = NewDisposeScope();
        var length = ProductHash.Padded(values.Length);
        using var hash = new ProductHash(length, CPU);
        var padded = zeros(length);
        padded.narrow(0, 0, values.Length).copy_(tensor(values));
        return ProductHash.Finish(hash.Sum(padded).item<long>());
    }

    private static float[] Values(int length)
    {
        var values = new float[length];
        new KeyedRandom(5, RandomPurpose.Shuffle, 0, 0).Fill(values);
        return values;
    }
}
