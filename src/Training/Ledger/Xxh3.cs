using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sheaf.Training.Ledger;

/// <summary>
/// XXH3-64 without a seed, the same function as <see cref="XxHash3"/>, together with the largest magnitude: one pass over memory with 512- or 256-bit registers
/// instead of two. Elsewhere, and for short input, it is the library's.
/// </summary>
/// <remarks>
/// <c>bench kernels</c> measures it beside the two passes of the libraries.
/// The check of the values multiplies every float by a large number and adds it up: NaN, infinities and floats above <see cref="Moderate"/> leave no finite
/// sum. It costs one instruction for each register; only a block that does not pass is looked at value by value.
/// The added data of a stripe are exchanged between neighbouring lanes once for each block, not once for each stripe; sums modulo 2^64 do not mind.
/// </remarks>
internal static unsafe class Xxh3
{
    /// <summary>
    /// Magnitudes up to here need no second look: more than twice the largest float over <see cref="Magnifier"/>, as a sum of products may have cancelled what
    /// was in it.
    /// </summary>
    public const float Moderate = 1e10f;

    private const float Magnifier = 1e29f;

    /// <summary>Up to here XXH3 is another function.</summary>
    private const int MostShort = 240;

    private const int StripeBytes = 64;
    private const int StripesPerBlock = 16;
    private const int BlockBytes = StripeBytes * StripesPerBlock;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime32 = 0x9E3779B1;

    /// <summary>Of the specification.</summary>
    private static readonly byte[] Secret = Convert.FromHexString(
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
        + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
        + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private static readonly ulong[] Start =
        [0xC2B2AE3D, Prime1, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x85EBCA77, 0x27D4EB2F165667C5, Prime32];

    /// <summary>The keys of a block's stripes, of the scrambling after it, and of the last stripe, each in its cache line: 18 of them.</summary>
    private static readonly ulong* Keys = Spread();

    /// <param name="values">Are hashed.</param>
    /// <param name="largest">No magnitude is above it; NaN or infinite where a value is. Exact only above <see cref="Moderate"/>.</param>
    public static ulong Hash(ReadOnlySpan<float> values, out float largest)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (bytes.Length > MostShort && Avx2.IsSupported)
        {
            var hash = Avx512F.IsSupported ? Hash512(bytes, out var isModerate) : Hash256(bytes, out isModerate);
            largest = isModerate ? Moderate : Math.Abs(TensorPrimitives.MaxMagnitude(values));
            return hash;
        }

        largest = values.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(values));
        return XxHash3.HashToUInt64(bytes);
    }

    /// <summary>More than 240 bytes, on a processor that has AVX-512.</summary>
    internal static ulong Hash512(ReadOnlySpan<byte> bytes, out bool isModerate)
    {
        fixed (byte* start = bytes)
        fixed (ulong* begin = Start)
        {
            var sums = Vector512.Load(begin);
            var seen = Vector512<float>.Zero;
            var rest = bytes.Length - 1;
            var place = start;
            for (; rest >= BlockBytes; rest -= BlockBytes, place += BlockBytes)
            {
                sums = Block512(place, sums, ref seen);
                sums = (sums ^ (sums >>> 47) ^ Vector512.Load(Keys + (StripesPerBlock * 8))) * Prime32;
            }

            for (var stripe = 0; stripe < rest / StripeBytes; stripe++)
            {
                sums = Stripe512(place + (stripe * StripeBytes), Keys + (stripe * 8), sums, ref seen);
            }

            var last = start + bytes.Length - StripeBytes;
            sums = Stripe512(last, Keys + ((StripesPerBlock + 1) * 8), sums, ref seen);
            isModerate = Vector512.EqualsAll(seen - seen, Vector512<float>.Zero);
            var all = stackalloc ulong[8];
            sums.Store(all);
            return Merge(all, bytes.Length);
        }
    }

    /// <summary>More than 240 bytes, on a processor that has AVX2.</summary>
    internal static ulong Hash256(ReadOnlySpan<byte> bytes, out bool isModerate)
    {
        fixed (byte* start = bytes)
        {
            var all = stackalloc ulong[8];
            Start.CopyTo(new Span<ulong>(all, 8));
            var seen = Vector256<float>.Zero;
            var (low, high) = (Vector256.Load(all), Vector256.Load(all + 4));
            var rest = bytes.Length - 1;
            var place = start;
            for (; ; rest -= BlockBytes, place += BlockBytes)
            {
                var stripes = Math.Min(rest / StripeBytes, StripesPerBlock);
                for (var stripe = 0; stripe < stripes; stripe++)
                {
                    low = Half(place + (stripe * StripeBytes), Keys + (stripe * 8), low, ref seen);
                    high = Half(place + (stripe * StripeBytes) + 32, Keys + (stripe * 8) + 4, high, ref seen);
                }

                if (rest < BlockBytes)
                {
                    break;
                }

                low = (low ^ (low >>> 47) ^ Vector256.Load(Keys + (StripesPerBlock * 8))) * Prime32;
                high = (high ^ (high >>> 47) ^ Vector256.Load(Keys + (StripesPerBlock * 8) + 4)) * Prime32;
            }

            var last = start + bytes.Length - StripeBytes;
            low = Half(last, Keys + ((StripesPerBlock + 1) * 8), low, ref seen);
            high = Half(last + 32, Keys + ((StripesPerBlock + 1) * 8) + 4, high, ref seen);
            isModerate = Vector256.EqualsAll(seen - seen, Vector256<float>.Zero);
            low.Store(all);
            high.Store(all + 4);
            return Merge(all, bytes.Length);
        }
    }

    /// <summary>A whole block, four stripes at a time: as many independent chains of additions as the multiplier is deep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Block512(byte* place, Vector512<ulong> sums, ref Vector512<float> seen)
    {
        Vector512<float> zero = Vector512<float>.Zero, first = seen, second = zero, third = zero, fourth = zero;
        var magnifier = Vector512.Create(Magnifier);
        var added = Vector512<ulong>.Zero;
        for (var keys = Keys; keys < Keys + (StripesPerBlock * 8); keys += 32, place += 4 * StripeBytes)
        {
            var a = Vector512.Load((ulong*)place);
            var b = Vector512.Load((ulong*)(place + StripeBytes));
            var c = Vector512.Load((ulong*)(place + (2 * StripeBytes)));
            var d = Vector512.Load((ulong*)(place + (3 * StripeBytes)));
            first = Vector512.FusedMultiplyAdd(a.AsSingle(), magnifier, first);
            second = Vector512.FusedMultiplyAdd(b.AsSingle(), magnifier, second);
            third = Vector512.FusedMultiplyAdd(c.AsSingle(), magnifier, third);
            fourth = Vector512.FusedMultiplyAdd(d.AsSingle(), magnifier, fourth);
            var left = Product(a ^ Vector512.Load(keys)) + Product(b ^ Vector512.Load(keys + 8));
            var right = Product(c ^ Vector512.Load(keys + 16)) + Product(d ^ Vector512.Load(keys + 24));
            sums += left + right;
            added += (a + b) + (c + d);
        }

        seen = (first + second) + (third + fourth);
        return sums + Swap(added);
    }

    private static Vector512<ulong> Stripe512(byte* place, ulong* key, Vector512<ulong> sums, ref Vector512<float> seen)
    {
        var data = Vector512.Load((ulong*)place);
        seen = Vector512.FusedMultiplyAdd(data.AsSingle(), Vector512.Create(Magnifier), seen);
        return sums + Product(data ^ Vector512.Load(key)) + Swap(data);
    }

    /// <summary>Of the two halves of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> lanes) => Avx512F.Multiply(lanes.AsUInt32(), (lanes >>> 32).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Swap(Vector512<ulong> lanes) => Avx512F.Shuffle(lanes.AsInt32(), 0b01_00_11_10).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Half(byte* place, ulong* key, Vector256<ulong> sums, ref Vector256<float> seen)
    {
        var data = Vector256.Load((ulong*)place);
        var mixed = data ^ Vector256.Load(key);
        seen += data.AsSingle() * Vector256.Create(Magnifier);
        return sums + Avx2.Multiply(mixed.AsUInt32(), (mixed >>> 32).AsUInt32()) + Avx2.Shuffle(data.AsInt32(), 0b01_00_11_10).AsUInt64();
    }

    private static ulong Merge(ulong* sums, int length)
    {
        var hash = unchecked((ulong)length * Prime1);
        for (var i = 0; i < 8; i += 2)
        {
            var high = Math.BigMul(sums[i] ^ Key(11 + (i * 8)), sums[i + 1] ^ Key(19 + (i * 8)), out ulong low);
            hash += low ^ high;
        }

        hash ^= hash >> 37;
        hash *= 0x165667919E3779F9;
        return hash ^ (hash >> 32);
    }

    private static ulong Key(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Secret.AsSpan(offset));

    /// <summary>Never freed: it lives as long as the process.</summary>
    private static ulong* Spread()
    {
        var keys = (ulong*)NativeMemory.AlignedAlloc((StripesPerBlock + 2) * StripeBytes, StripeBytes);
        for (var lane = 0; lane < 8; lane++)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
            {
                keys[(stripe * 8) + lane] = Key((stripe + lane) * 8);
            }

            keys[(StripesPerBlock * 8) + lane] = Key(128 + (lane * 8));
            keys[((StripesPerBlock + 1) * 8) + lane] = Key(121 + (lane * 8));
        }

        return keys;
    }
}
