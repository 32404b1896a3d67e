using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// The safetensors format: the header's length (64 bits, little-endian), a JSON header, the arrays' bytes without holes.
/// Equal arrays give equal files: the header names them in the given order; the bytes lie in the same order, but those of larger elements first,
/// so that every array is aligned to its elements; spaces after the header bring the first of them to a multiple of 64.
/// </summary>
public static class Safetensors
{
    /// <summary>What official readers refuse beyond.</summary>
    private const int LongestHeader = 100_000_000;

    private const int Alignment = 64;
    private const string Metadata = "__metadata__";

    private static readonly (ArrayType Type, string Name)[] Names =
    [
        (ArrayType.Float32, "F32"), (ArrayType.Float64, "F64"), (ArrayType.Float16, "F16"), (ArrayType.BFloat16, "BF16"),
        (ArrayType.Int64, "I64"), (ArrayType.Int32, "I32"), (ArrayType.Int16, "I16"), (ArrayType.Int8, "I8"), (ArrayType.UInt8, "U8"), (ArrayType.Bool, "BOOL"),
    ];

    /// <summary>Names must be unique. Does not close <paramref name="stream"/>.</summary>
    public static void Write(Stream stream, IReadOnlyList<NamedArray> arrays)
    {
        foreach (var piece in Pieces(arrays))
        {
            stream.Write(piece.Span);
        }
    }

    /// <summary>The file as one piece of memory after the other: its header, then the arrays' own bytes, which are not copied. Names must be unique.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Pieces(IReadOnlyList<NamedArray> arrays)
    {
        var ordered = arrays.OrderByDescending(array => NamedArray.SizeOf(array.Type)).ToArray();
        var starts = new Dictionary<string, long>();
        var end = 0L;
        foreach (var array in ordered)
        {
            if (array.Name == Metadata || !starts.TryAdd(array.Name, end))
            {
                throw new ArgumentException($"The array name '{array.Name}' is used twice or reserved; names in one file must be unique.", nameof(arrays));
            }

            end += array.Data.Length;
        }

        var header = Header(arrays, starts);
        var start = new byte[(sizeof(long) + header.Length + Alignment - 1) / Alignment * Alignment];
        BinaryPrimitives.WriteInt64LittleEndian(start, start.Length - sizeof(long));
        header.CopyTo(start.AsSpan(sizeof(long)));
        start.AsSpan(sizeof(long) + header.Length).Fill((byte)' ');
        return [start, .. ordered.Select(array => array.Data)];
    }

    /// <summary>
    /// The arrays of a file of <paramref name="bytes"/> bytes, in the order of its header. Everything that the format forbids is refused with an
    /// <see cref="InvalidDataException"/>. Reads <paramref name="stream"/> from front to back and does not close it.
    /// </summary>
    public static IReadOnlyList<NamedArray> Read(Stream stream, long bytes) => Refusing(bytes, () =>
    {
        var start = new byte[sizeof(long)];
        stream.ReadExactly(start);
        var header = new byte[HeaderLength(start, bytes)];
        stream.ReadExactly(header);
        var entries = Entries(header, bytes - sizeof(long) - header.Length);
        var contents = new Dictionary<string, byte[]>();
        foreach (var entry in InFile(entries))
        {
            stream.ReadExactly(contents[entry.Name] = new byte[entry.End - entry.Start]);
        }

        return Task.FromResult(Arrays(entries, contents));
    }).GetAwaiter().GetResult();

    /// <inheritdoc cref="Read"/>
    public static Task<IReadOnlyList<NamedArray>> ReadAsync(Stream stream, long bytes, CancellationToken cancel) => Refusing(bytes, async () =>
    {
        var start = new byte[sizeof(long)];
        await stream.ReadExactlyAsync(start, cancel);
        var header = new byte[HeaderLength(start, bytes)];
        await stream.ReadExactlyAsync(header, cancel);
        var entries = Entries(header, bytes - sizeof(long) - header.Length);
        var contents = new Dictionary<string, byte[]>();
        foreach (var entry in InFile(entries))
        {
            await stream.ReadExactlyAsync(contents[entry.Name] = new byte[entry.End - entry.Start], cancel);
        }

        return Arrays(entries, contents);
    });

    private static async Task<IReadOnlyList<NamedArray>> Refusing(long bytes, Func<Task<IReadOnlyList<NamedArray>>> read)
    {
        try
        {
            return await read();
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"it is truncated: {bytes} bytes were expected.", exception);
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"its safetensors header is damaged: {exception.Message}", exception);
        }
    }

    private static IEnumerable<Entry> InFile(List<Entry> entries) => entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End);

    private static IReadOnlyList<NamedArray> Arrays(List<Entry> entries, Dictionary<string, byte[]> contents) =>
        [.. entries.Select(entry => new NamedArray(entry.Name, entry.Type, entry.Shape, contents[entry.Name]))];

    private static int HeaderLength(byte[] start, long bytes)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        return length <= LongestHeader && length <= (ulong)(bytes - sizeof(long))
            ? (int)length
            : throw new InvalidDataException(
                $"it is no safetensors file, or truncated: it announces a header of {length} bytes; {bytes - sizeof(long)} are there and {LongestHeader} "
                    + "are allowed.");
    }

    private static byte[] Header(IReadOnlyList<NamedArray> arrays, Dictionary<string, long> starts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            json.WriteString("format", "pt");
            json.WriteEndObject();
            foreach (var array in arrays)
            {
                json.WriteStartObject(array.Name);
                json.WriteString("dtype", Array.Find(Names, each => each.Type == array.Type).Name);
                json.WriteStartArray("shape");
                foreach (var size in array.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(starts[array.Name]);
                json.WriteNumberValue(starts[array.Name] + array.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static List<Entry> Entries(byte[] header, long data)
    {
        using var json = JsonDocument.Parse(header);
        var entries = new List<Entry>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name == Metadata)
            {
                continue;
            }

            var dtype = property.Value.GetProperty("dtype").GetString();
            var known = Array.Find(Names, each => each.Name == dtype);
            if (known.Name is null)
            {
                throw new FormatException($"'{property.Name}' has the type '{dtype}'; known are {string.Join(", ", Names.Select(each => each.Name))}.");
            }

            var offsets = property.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (start < 0 || end < start || end > data)
            {
                throw new FormatException($"'{property.Name}' lies at bytes {start} to {end}, outside of the {data} bytes of data (truncated?).");
            }

            var shape = property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
            entries.Add(new Entry(property.Name, known.Type, shape, start, end));
        }

        CheckCover(entries, data);
        return entries;
    }

    private static void CheckCover(List<Entry> entries, long data)
    {
        if (entries.CountBy(entry => entry.Name).FirstOrDefault(each => each.Value > 1) is { Key: not null } twice)
        {
            throw new FormatException($"'{twice.Key}' occurs twice.");
        }

        var next = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (entry.Start != next)
            {
                var owner = entry.Start > next ? "no array" : "two arrays";
                throw new FormatException($"bytes {Math.Min(entry.Start, next)} to {Math.Max(entry.Start, next)} of the data belong to {owner}.");
            }

            next = entry.End;
        }

        if (next != data)
        {
            throw new FormatException($"the last {data - next} bytes of the data belong to no array.");
        }
    }

    private sealed record Entry(string Name, ArrayType Type, long[] Shape, long Start, long End);
}
