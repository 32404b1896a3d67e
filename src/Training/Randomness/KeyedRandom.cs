using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sheaf.Training.Randomness;

/// <summary>
/// The random numbers of one key (seed, purpose, step, shard, stream), made by <see cref="Philox"/>. The key is the generator's key (the seed) and
/// 96 bits of its counter, so sequences of different keys never overlap, and none depends on what was drawn from another.
/// A sequence has 2^34 words. Not thread-safe: make one where it is used.
/// </summary>
public sealed class KeyedRandom
{
    private const float Unit = 1f / (1 << 24);
    private const int MaxShard = 0xFFFF;
    private const int MaxStream = 0xFF_FFFF;
    private const long MaxStep = 0xFFFF_FFFF_FFFF;

    private readonly uint _k0;
    private readonly uint _k1;
    private readonly uint _c1;
    private readonly uint _c2;
    private readonly uint _c3;
    private readonly uint[] _block = new uint[Philox.Block];
    private ulong _next;
    private int _used = Philox.Block;

    /// <summary>
    /// <paramref name="step"/>: 0 to 2^48-1 (the epoch, or 0, where a purpose has no step). <paramref name="shard"/>: 0 to 65535.
    /// <paramref name="stream"/>: 0 to 2^24-1; tells apart several uses in one step, such as the dropout layers of a model.
    /// </summary>
    public KeyedRandom(long seed, RandomPurpose purpose, long step, int shard, int stream = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, MaxStep);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shard, MaxShard);
        ArgumentOutOfRangeException.ThrowIfNegative(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stream, MaxStream);
        _k0 = (uint)seed;
        _k1 = (uint)(seed >> 32);
        _c1 = (uint)step;
        _c2 = (uint)(step >> 32) | ((uint)shard << 16);
        _c3 = (uint)stream | ((uint)purpose << 24);
    }

    public uint NextUInt32()
    {
        if (_used == Philox.Block)
        {
            Philox.Next(Counter(1), _c1, _c2, _c3, _k0, _k1, _block);
            _used = 0;
        }

        return _block[_used++];
    }

    /// <summary>Two words, the lower first.</summary>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>0 to <paramref name="exclusiveMax"/>-1, each equally likely (D. Lemire, "Fast random integer generation in an interval", 2019).</summary>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        var range = (uint)exclusiveMax;
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>One of the 2^24 multiples of 2^-24 in [0, 1).</summary>
    public float NextSingle() => ToSingle(NextUInt32());

    /// <summary>Two independent draws of the standard normal distribution, from two numbers of the sequence (Box and Muller, 1958).</summary>
    public (double One, double Other) NextNormals()
    {
        // In (0, 1], as its logarithm is taken.
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextSingle()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextSingle());
        return (radius * cosine, radius * sine);
    }

    /// <summary>The next words of the sequence, as so many calls of <see cref="NextUInt32"/> would give them.</summary>
    public void Fill(Span<uint> words)
    {
        while (words.Length > 0 && _used < Philox.Block)
        {
            words[0] = _block[_used++];
            words = words[1..];
        }

        var whole = words.Length / Philox.Block;
        Philox.Fill(Counter(whole), _c1, _c2, _c3, _k0, _k1, words[..(whole * Philox.Block)]);
        foreach (ref var word in words[(whole * Philox.Block)..])
        {
            word = NextUInt32();
        }
    }

    /// <summary>The next numbers of the sequence, as so many calls of <see cref="NextSingle"/> would give them.</summary>
    public void Fill(Span<float> values)
    {
        var words = MemoryMarshal.Cast<float, uint>(values);
        Fill(words);
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Below 2^24 the conversion from a signed integer is exact.
            for (; words.Length - done >= Vector256<uint>.Count; done += Vector256<uint>.Count)
            {
                var word = Vector256.Create<uint>(words.Slice(done, Vector256<uint>.Count));
                (Vector256.ConvertToSingle((word >>> 8).AsInt32()) * Unit).CopyTo(values[done..]);
            }
        }

        for (; done < values.Length; done++)
        {
            values[done] = ToSingle(words[done]);
        }
    }

    /// <summary>A uniformly drawn order of <paramref name="items"/> (Fisher-Yates, from the last place down).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static float ToSingle(uint word) => (word >> 8) * Unit;

    private uint Counter(int blocks)
    {
        var first = _next;
        _next += (ulong)blocks;
        if (_next > 1UL << 32)
        {
            throw new InvalidOperationException("All 2^34 random words of this key are used up; give each use its own stream.");
        }

        return (uint)first;
    }
}
