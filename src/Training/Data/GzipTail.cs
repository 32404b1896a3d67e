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
    public static bool Ends(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        var sum = new Crc32();
        if (length > header.Length + (long)data.Length)
        {
            return false;
        }

        if (length > data.Length)
        {
            sum.Append(header[^(int)(length - data.Length)..]);
        }

        sum.Append(data[^(int)Math.Min(length, data.Length)..]);
        return sum.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32LittleEndian(tail);
    }
}
