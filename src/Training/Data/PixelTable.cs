using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>
/// What each byte of an image becomes: the transforms computed in double precision and rounded once, 256 floats a channel.
/// Where one fused multiply-add in double precision gives all 256 of them to the bit, vectors compute it instead of looking it up.
/// </summary>
internal sealed class PixelTable
{
    private const int Values = 256;
    private const int CacheLine = 64;

    private readonly float[] _table;
    private readonly (double Factor, double Offset)?[] _lines;

    public PixelTable(IReadOnlyList<TransformSpec> transforms, int channels)
    {
        _table = new float[channels * Values];
        _lines = new (double, double)?[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            var table = _table.AsSpan(channel * Values, Values);
            for (var value = 0; value < Values; value++)
            {
                table[value] = (float)Transforms.Apply(transforms, value, channel);
            }

            var first = Transforms.Apply(transforms, 0, channel);
            var line = (Factor: (Transforms.Apply(transforms, Values - 1, channel) - first) / (Values - 1), Offset: first);
            _lines[channel] = IsExact(line, table) ? line : null;
        }
    }

    /// <summary>Whether the channel is computed instead of looked up.</summary>
    public bool IsLine(int channel) => _lines[channel] is not null && Fma.IsSupported;

    public float this[int channel, byte value] => _table[(channel * Values) + value];

    /// <summary>Converts the pixels of one channel.</summary>
    public void Convert(int channel, ReadOnlySpan<byte> pixels, Span<float> floats)
    {
        var done = IsLine(channel) ? Compute(_lines[channel]!.Value, pixels, floats) : 0;
        var table = _table.AsSpan(channel * Values, Values);
        for (; done < pixels.Length; done++)
        {
            floats[done] = table[pixels[done]];
        }
    }

    /// <summary>Random rows come from memory, not from a cache: asking for a row two rows ahead hides most of that.</summary>
    public static unsafe void Prefetch(ReadOnlySpan<byte> pixels)
    {
        if (Sse.IsSupported)
        {
            fixed (byte* start = pixels)
            {
                for (var at = 0; at < pixels.Length; at += CacheLine)
                {
                    Sse.Prefetch0(start + at);
                }
            }
        }
    }

    private static int Compute((double Factor, double Offset) line, ReadOnlySpan<byte> pixels, Span<float> floats)
    {
        ref var from = ref MemoryMarshal.GetReference(pixels);
        ref var to = ref MemoryMarshal.GetReference(floats[..pixels.Length]);
        var factor = Vector256.Create(line.Factor);
        var offset = Vector256.Create(line.Offset);
        var done = 0;
        for (; pixels.Length - done >= Vector256<float>.Count; done += Vector256<float>.Count)
        {
            var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, done))).AsByte();
            var wide = Avx2.ConvertToVector256Int32(bytes);
            var low = Fma.MultiplyAdd(Avx.ConvertToVector256Double(wide.GetLower()), factor, offset);
            var high = Fma.MultiplyAdd(Avx.ConvertToVector256Double(wide.GetUpper()), factor, offset);
            Avx.ConvertToVector128Single(low).StoreUnsafe(ref to, (nuint)done);
            Avx.ConvertToVector128Single(high).StoreUnsafe(ref to, (nuint)done + 4);
        }

        return done;
    }

    private static bool IsExact((double Factor, double Offset) line, ReadOnlySpan<float> table)
    {
        for (var value = 0; value < Values; value++)
        {
            var computed = (float)Math.FusedMultiplyAdd(value, line.Factor, line.Offset);
            if (BitConverter.SingleToUInt32Bits(computed) != BitConverter.SingleToUInt32Bits(table[value]))
            {
                return false;
            }
        }

        return true;
    }
}
