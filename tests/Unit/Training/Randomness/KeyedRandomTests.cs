using FsCheck;
using FsCheck.Fluent;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Training.Randomness;

public sealed class KeyedRandomTests
{
    /// <summary>The known answers of the Random123 distribution (kat_vectors, philox 4x32 with 10 rounds).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_EnsureKnownAnswers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        var block = new uint[4];
        Philox.Next(c0, c1, c2, c3, k0, k1, block);
        Assert.Equal([r0, r1, r2, r3], block);
    }

    [Fact]
    public void Philox_Fill_EnsureBlocksAreThoseOfSingleCounters()
    {
        var words = new uint[4 * 37];
        Philox.Fill(uint.MaxValue - 20, 1, 2, 3, 4, 5, words);
        for (var block = 0u; block < 37; block++)
        {
            var expected = new uint[4];
            Philox.Next(unchecked(uint.MaxValue - 20 + block), 1, 2, 3, 4, 5, expected);
            Assert.Equal(expected, words[((int)block * 4)..(((int)block * 4) + 4)]);
        }
    }

    /// <summary>Pins the layout of the key: a change of it changes every experiment's bits.</summary>
    [Fact]
    public void Sequence_EnsureKeyIsLaidOutAsDocumented()
    {
        var expected = new uint[4];
        Philox.Next(0, 0x89ABCDEF, 0x0007_0123, 0x0400_0009, 0x55667788, 0x11223344, expected);
        var random = new KeyedRandom(0x11223344_55667788, RandomPurpose.Dropout, 0x0123_89ABCDEF, 7, 9);
        uint[] drawn = [random.NextUInt32(), random.NextUInt32(), random.NextUInt32(), random.NextUInt32()];
        Assert.Equal(expected, drawn);
    }

    [Fact]
    public void Sequence_EnsureNoTwoKeysShareABlock()
    {
        var seen = new HashSet<ulong>();
        var keys = 0;
        foreach (var seed in (long[])[0, 1, 42, long.MaxValue])
        {
            foreach (var purpose in Enum.GetValues<RandomPurpose>())
            {
                foreach (var (step, shard, stream) in ((long, int, int)[])[(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1L << 40, 0, 0), (0, 65535, 0),
                    (0, 0, 0xFF_FFFF)])
                {
                    seen.Add(new KeyedRandom(seed, purpose, step, shard, stream).NextUInt64());
                    keys++;
                }
            }
        }

        Assert.Equal(keys, seen.Count);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(1L << 48, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 65536, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 0, 1 << 24)]
    public void Constructor_EnsureKeysOutOfRangeAreRefused(long step, int shard, int stream) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedRandom(1, RandomPurpose.Shuffle, step, shard, stream));

    [Fact]
    public void Fill_EnsureEqualToScalarSequenceForAnyCuts() =>
        Prop.ForAll(
            Gen.Choose(0, 70).ArrayOf().ToArbitrary(),
            lengths =>
            {
                var filled = new KeyedRandom(7, RandomPurpose.Dropout, 3, 1);
                var scalar = new KeyedRandom(7, RandomPurpose.Dropout, 3, 1);
                foreach (var length in lengths)
                {
                    var words = new uint[length];
                    filled.Fill(words);
                    foreach (var word in words)
                    {
                        Assert.Equal(scalar.NextUInt32(), word);
                    }

                    var floats = new float[length];
                    filled.Fill(floats);
                    foreach (var value in floats)
                    {
                        Assert.Equal(scalar.NextSingle(), value);
                        Assert.InRange(value, 0f, 0.99999997f);
                    }
                }
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void NextUInt64_EnsureLowerWordComesFirst()
    {
        var words = new KeyedRandom(1, RandomPurpose.Split, 0, 0);
        var (low, high) = (words.NextUInt32(), words.NextUInt32());
        Assert.Equal(((ulong)high << 32) | low, new KeyedRandom(1, RandomPurpose.Split, 0, 0).NextUInt64());
    }

    /// <summary>A range of 3/8 of 2^32: without rejection, of three neighbours two would come from 3 words each and the third from 2.</summary>
    [Fact]
    public void NextInt_EnsureUnbiasedWhereNoRejectionWouldBeBiased()
    {
        const int Range = 3 << 29;
        const int Draws = 100_000;
        var random = new KeyedRandom(11, RandomPurpose.Augmentation, 0, 0);
        var residues = new int[3];
        for (var draw = 0; draw < Draws; draw++)
        {
            residues[random.NextInt(Range) % 3]++;
        }

        // Six standard deviations of a binomial with p = 1/3.
        Assert.All(residues, count => Assert.InRange(count, (Draws / 3) - 900, (Draws / 3) + 900));
    }

    [Fact]
    public void NextInt_EnsureEveryValueOfASmallRangeComesUp()
    {
        var random = new KeyedRandom(5, RandomPurpose.Augmentation, 0, 0);
        var counts = new int[6];
        for (var draw = 0; draw < 60_000; draw++)
        {
            counts[random.NextInt(6)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_400, 10_600));
        Assert.Equal(0, random.NextInt(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }

    [Fact]
    public void Shuffle_EnsureAPermutationInWhichEveryOrderIsEquallyLikely()
    {
        var orders = new Dictionary<string, int>();
        for (var step = 0; step < 24_000; step++)
        {
            int[] items = [0, 1, 2, 3];
            new KeyedRandom(9, RandomPurpose.Shuffle, step, 0).Shuffle(items);
            var order = string.Concat(items);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, 810, 1190));
    }
}
