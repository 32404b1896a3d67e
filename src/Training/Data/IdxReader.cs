using System.Buffers.Binary;
using System.IO.Compression;

namespace Sheaf.Training.Data;

/// <summary>
/// The IDX format (Y. LeCun, "The MNIST database"): two zero bytes, an element type, the number of dimensions, each size as a big-endian 32-bit number, the
/// data. Gzip is recognised by its first bytes.
/// </summary>
internal static class IdxReader
{
    private const int MostDimensions = 8;

    /// <summary>Deflate cannot shrink data further than this, so a header that promises more is wrong, and nothing is allocated for it.</summary>
    private const long LargestRatio = 1032;

    private const int Buffer = 1 << 20;

    private const string Types = "known are unsigned (08) and signed bytes (09), 16-bit (0B) and 32-bit integers (0C), 32-bit (0D) and 64-bit floats (0E)";

    /// <summary>
    /// Null, with a problem added, where the file is not what is asked for: labels have one or two dimensions, and features of unsigned bytes more than one.
    /// </summary>
    public static IdxArray? Read(DataFileReader file, string path, string role, bool labels, ScratchSpace? scratch, ICollection<string> problems)
    {
        if (file.StartsWith([0x1F, 0x8B]))
        {
            try
            {
                using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
                var before = problems.Count;
                var array = Parse(unzipped, file.Length * LargestRatio, path, role, labels, scratch, problems);
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

        return Parse(file, file.Length, path, role, labels, scratch, problems);
    }

    private static IdxArray? Parse(Stream stream, long longest, string path, string role, bool labels, ScratchSpace? scratch, ICollection<string> problems)
    {
        var header = new byte[4];
        var got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var wanted = $"{(labels ? "labels of unsigned bytes begin with 00 00 08 01" : "images of unsigned bytes begin with 00 00 08 03 or 00 00 08 04")}";
        if (got < header.Length || header[0] != 0 || header[1] != 0)
        {
            problems.Add($"{role}: '{path}' is not an IDX file: {(stream is GZipStream ? "unzipped, " : "")}it begins "
                + $"with {(got == 0 ? "nothing (it is empty)" : Hex(header.AsSpan(0, got)))}; {wanted}.");
            return null;
        }

        var type = (IdxType)header[2];
        if (!Enum.IsDefined(type))
        {
            problems.Add($"{role}: '{path}' has elements of the unknown type 0x{header[2]:X2} at byte 2; {Types}.");
            return null;
        }

        var (rank, images) = ((int)header[3], type == IdxType.UnsignedByte && !labels);
        if (rank > MostDimensions || rank < (images ? 2 : 1) || (labels && rank > 2))
        {
            var hint = images && rank == 1 ? " (these look like labels)" : labels && rank is 3 or 4 ? " (these look like images)" : "";
            problems.Add($"{role}: '{path}' has {rank} dimensions{hint}; {(labels ? "labels have 1, or 2 where a row has several targets"
                : $"features have {(images ? 2 : 1)} to {MostDimensions}, the rows first")}.");
            return null;
        }

        var sizes = new byte[4 * header[3]];
        if (stream.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false) < sizes.Length)
        {
            problems.Add($"{role}: '{path}' is truncated: it ends inside its header of {4 + sizes.Length} bytes.");
            return null;
        }

        var shape = new int[header[3]];
        UInt128 bytes = (UInt128)IdxArray.SizeOf(type);
        for (var index = 0; index < shape.Length; index++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(sizes.AsSpan(4 * index));
            bytes *= size;
            shape[index] = (int)Math.Min(size, int.MaxValue);
        }

        var each = IdxArray.SizeOf(type) == 1 ? "" : $" x {IdxArray.SizeOf(type)}";
        var announced = $"{string.Join(" x ", shape)}{each} = {bytes} bytes";
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

        if (bytes > (UInt128)Array.MaxLength && scratch is null)
        {
            problems.Add($"{role}: '{path}' says {announced} of data; at most {Array.MaxLength} bytes are held in memory.");
            return null;
        }

        using var data = new RowWriter<byte>(scratch, (long)bytes);
        var buffer = new byte[(int)Math.Min(Buffer, (long)bytes)];
        for (var left = (long)bytes; left > 0; left -= got)
        {
            got = stream.Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            data.Add(buffer.AsSpan(0, got));
            if (got == 0)
            {
                problems.Add($"{role}: '{path}' is truncated: its header says {announced} of data, but only {data.Length} are there.");
                return null;
            }
        }

        var extra = CountRest(stream);
        if (extra > 0)
        {
            problems.Add($"{role}: '{path}' has {extra} bytes after the data that its header announces ({announced}).");
            return null;
        }

        return new(type, shape, data.Finish());
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
        (header[2], header[3]) = ((byte)array.Type, (byte)array.Shape.Length);
        for (var index = 0; index < array.Shape.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * index)), array.Shape[index]);
        }

        return header;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => BitConverter.ToString(bytes.ToArray()).Replace('-', ' ');
}
