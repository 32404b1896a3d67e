using System.Buffers.Binary;
using System.IO.Hashing;

namespace Sheaf.Training.Data;

/// <summary>
/// The last 8 bytes of a gzip file: CRC-32 and length of the contents of its last member (RFC 1952). Many tools write files of several members.
/// </summary>
internal static class GzipTail
{
    /// <summary>
    /// Whether <paramref name="tail"/> ends a member that unpacks to the last bytes of <paramref name="header"/> and <paramref name="data"/> together.
    /// </summary>
    public static bool Ends(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> header, RowStore<byte> data)
    {
        const int Piece = 1 << 20;
        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        var sum = new Crc32();

        // The length is counted with 32 bits; a longer member has the rest of it.
        while (length + (1L << 32) <= header.Length + data.Length && data.Length > uint.MaxValue)
        {
            length += 1L << 32;
        }

        if (length > header.Length + data.Length)
        {
            return false;
        }

        if (length > data.Length)
        {
            sum.Append(header[^(int)(length - data.Length)..]);
        }

        for (var at = Math.Max(0, data.Length - length); at < data.Length; at += Piece)
        {
            sum.Append(data.Slice(at, (int)Math.Min(Piece, data.Length - at)));
        }

        return sum.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32LittleEndian(tail);
    }
}
