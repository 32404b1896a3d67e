using System.Buffers.Binary;
using System.IO.Compression;

namespace Sheaf.Training.Data;

/// <summary>
/// The IDX format (Y. LeCun, "The MNIST database"): two zero bytes, an element type, the number of dimensions, each size as a big-endian 32-bit number, the
/// data. Unsigned bytes only; gzip is recognised by its first bytes.
/// </summary>
internal static class IdxReader
{
    private const byte UnsignedByte = 0x08;

    /// <summary>Deflate cannot shrink data further than this, so a header that promises more is wrong, and nothing is allocated for it.</summary>
    private const long LargestRatio = 1032;

    /// <summary>
    /// Null, with a problem added, where the file is not what is asked for. <paramref name="dimensions"/> has the allowed numbers of dimensions.
    /// </summary>
    public static IdxArray? Read(DataFileReader file, string path, string role, int[] dimensions, ICollection<string> problems)
    {
        if (file.StartsWith([0x1F, 0x8B]))
        {
            try
            {
                using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
                var before = problems.Count;
                var array = Parse(unzipped, file.Length * LargestRatio, path, role, dimensions, problems);
                file.Drain();

                // GZipStream takes the end of a file for the end of its data; the checksum and the length that end its last member tell.
                if (problems.Count == before && array is not null && !GzipTail.Ends(file.Tail, Header(array), array.Data))
                {
                    throw new InvalidDataException("its last 8 bytes are not the checksum and length of its contents.");
                }

                return array;
            }
            catch (InvalidDataException exception)
            {
                problems.Add($"{role}: '{path}' is damaged or truncated gzip: {exception.Message} Fetch or copy it again.");
                return null;
            }
        }

        return Parse(file, file.Length, path, role, dimensions, problems);
    }

    private static IdxArray? Parse(Stream stream, long longest, string path, string role, int[] dimensions, ICollection<string> problems)
    {
        var header = new byte[4];
        var got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var wanted = $"{(dimensions.Contains(1) ? "labels" : "images")} of unsigned bytes begin with {string.Join(" or ", dimensions.Select(count => $"00 00 08 {count:X2}"))}";
        if (got < header.Length || header[0] != 0 || header[1] != 0)
        {
            problems.Add($"{role}: '{path}' is not an IDX file: {(stream is GZipStream ? "unzipped, " : "")}it begins with {(got == 0 ? "nothing (it is empty)" : Hex(header.AsSpan(0, got)))}; {wanted}.");
            return null;
        }

        if (header[2] != UnsignedByte)
        {
            problems.Add($"{role}: '{path}' has elements of type 0x{header[2]:X2} ({TypeName(header[2])}) at byte 2; only unsigned bytes (0x08) are read.");
            return null;
        }

        if (!dimensions.Contains(header[3]))
        {
            var hint = header[3] == 1 ? " (these look like labels)" : dimensions.Contains(1) && header[3] is 3 or 4 ? " (these look like images)" : "";
            problems.Add($"{role}: '{path}' has {header[3]} dimensions{hint}; {wanted}.");
            return null;
        }

        var sizes = new byte[4 * header[3]];
        if (stream.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false) < sizes.Length)
        {
            problems.Add($"{role}: '{path}' is truncated: it ends inside its header of {4 + sizes.Length} bytes.");
            return null;
        }

        var shape = new int[header[3]];
        UInt128 bytes = 1;
        for (var index = 0; index < shape.Length; index++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(sizes.AsSpan(4 * index));
            bytes *= size;
            shape[index] = (int)Math.Min(size, int.MaxValue);
        }

        var announced = $"{string.Join(" x ", shape)} = {bytes} bytes";
        if (bytes == 0)
        {
            problems.Add($"{role}: '{path}' has no data: its header says {announced}.");
            return null;
        }

        if (bytes > (UInt128)longest)
        {
            problems.Add($"{role}: '{path}' is truncated: its header says {announced} of data, more than a file of its size can hold.");
            return null;
        }

        if (bytes > (UInt128)Array.MaxLength)
        {
            problems.Add($"{role}: '{path}' says {announced} of data; at most {Array.MaxLength} bytes are held in memory.");
            return null;
        }

        var data = new byte[(int)bytes];
        got = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (got < data.Length)
        {
            problems.Add($"{role}: '{path}' is truncated: its header says {announced} of data, but only {got} are there.");
            return null;
        }

        var extra = CountRest(stream);
        if (extra > 0)
        {
            problems.Add($"{role}: '{path}' has {extra} bytes after the data that its header announces ({announced}).");
            return null;
        }

        return new IdxArray(shape, data);
    }

    private static long CountRest(Stream stream)
    {
        var buffer = new byte[1 << 16];
        var count = 0L;
        for (int got; (got = stream.Read(buffer)) > 0;)
        {
            count += got;
        }

        return count;
    }

    private static byte[] Header(IdxArray array)
    {
        var header = new byte[4 + (4 * array.Shape.Length)];
        (header[2], header[3]) = (UnsignedByte, (byte)array.Shape.Length);
        for (var index = 0; index < array.Shape.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * index)), array.Shape[index]);
        }

        return header;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => BitConverter.ToString(bytes.ToArray()).Replace('-', ' ');

    private static string TypeName(byte type) => type switch
    {
        0x09 => "signed bytes",
        0x0B => "16-bit integers",
        0x0C => "32-bit integers",
        0x0D => "32-bit floats",
        0x0E => "64-bit floats",
        _ => "unknown",
    };
}
