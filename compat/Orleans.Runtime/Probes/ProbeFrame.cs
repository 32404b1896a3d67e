using System.Buffers.Binary;

namespace Orleans.Runtime.Probes;

/// <summary>
/// A probe and its answer: 16 bytes. The first byte tells a probe from HTTP/2, which begins with 'P'; the generation tells a silo from its successor on the
/// same endpoint.
/// </summary>
internal static class ProbeFrame
{
    public const int Length = 16;

    public const byte First = 1;

    private const int Magic = First | ('s' << 8) | ('p' << 16) | (1 << 24);

    public static void Write(Span<byte> destination, int generation, long sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], generation);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], sequence);
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out int generation, out long sequence)
    {
        generation = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        return BinaryPrimitives.ReadInt32LittleEndian(source) == Magic;
    }
}
