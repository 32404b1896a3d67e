using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Sheaf.Training.Data;

/// <summary>
/// Reads arrays of numbers in NumPy's format, versions 1 to 3, alone or in an archive
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Arrays of
/// Python's objects are refused: reading them would run code.
/// </summary>
internal static partial class NumpyReader
{
    private const int LargestHeader = 1 << 20;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <param name="file">A .npy file, or an archive.</param>
    /// <param name="name">Of the array in an archive; null: the file is the array.</param>
    /// <param name="scratch">Room for more than is kept in memory.</param>
    /// <param name="report">Is told what is wrong, in words that follow the file's name.</param>
    /// <returns>Null where something was reported.</returns>
    public static NumberArray? Read(DataFileReader file, string? name, ScratchSpace? scratch, Action<string> report)
    {
        try
        {
            return name is null ? ReadArray(file, file.Length, scratch, report) : ReadArchive(file, name, scratch, report);
        }
        catch (EndOfStreamException)
        {
            report("ends before its array does.");
        }
        catch (InvalidDataException e)
        {
            report($"is no archive of NumPy's: {e.Message}");
        }

        return null;
    }

    private static NumberArray? ReadArchive(DataFileReader file, string name, ScratchSpace? scratch, Action<string> report)
    {
        // An archive is read from its end, and the file is read once from its beginning, so that its hash is of what is used.
        if (file.Length > Array.MaxLength)
        {
            report($"has {file.Length} bytes; an archive has at most {Array.MaxLength} here. Save the arrays as .npy files.");
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        if (archive.GetEntry($"{name}.npy") is not { } entry)
        {
            report($"has no array '{Shown.Text(name)}'; it has "
                + $"{string.Join(", ", archive.Entries.Select(each => Shown.Text(Path.GetFileNameWithoutExtension(each.Name))))}.");
            return null;
        }

        using var stream = entry.Open();
        return ReadArray(stream, entry.Length, scratch, report);
    }

    private static NumberArray? ReadArray(Stream file, long length, ScratchSpace? scratch, Action<string> report)
    {
        Span<byte> start = stackalloc byte[8];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
        {
            report("is no array of NumPy's: it does not begin with \\x93NUMPY. Save it with numpy.save.");
            return null;
        }

        var wide = start[6] > 1;
        Span<byte> size = stackalloc byte[4];
        size = size[..(wide ? 4 : 2)];
        file.ReadExactly(size);
        var header = wide ? BinaryPrimitives.ReadInt32LittleEndian(size) : BinaryPrimitives.ReadUInt16LittleEndian(size);
        if (start[6] is 0 or > 3 || header is < 0 or > LargestHeader)
        {
            report($"has a header of {header} bytes in version {start[6]} of the format, which cannot be read; save it with numpy.save.");
            return null;
        }

        var text = new byte[header];
        file.ReadExactly(text);
        var said = Header().Match(Encoding.UTF8.GetString(text));
        if (!said.Success)
        {
            report("has a header that is not NumPy's; arrays of records or of objects cannot be read. Save an array of numbers with numpy.save.");
            return null;
        }

        if (said.Groups["fortran"].Value == "True")
        {
            report("has its columns one after the other (fortran_order); save numpy.ascontiguousarray(a).");
            return null;
        }

        var shape = ShapeOf(said.Groups["shape"].Value);
        var type = said.Groups["type"].Value;
        if (Width(type) is not { } width)
        {
            report($"has the type '{Shown.Text(type)}'; allowed: floats of 16, 32 and 64 bits, integers, booleans. Save a.astype('float32').");
            return null;
        }

        var most = scratch is null ? int.MaxValue / sizeof(double) : long.MaxValue / 16;
        if (shape is null || shape.Aggregate(1.0, (product, dimension) => product * dimension) > most)
        {
            report($"has the shape ({Shown.Text(said.Groups["shape"].Value)}), more numbers than are held in memory ({int.MaxValue / sizeof(double)}).");
            return null;
        }

        return Values(file, length - start.Length - size.Length - header, shape, type, width, scratch, report);
    }

    private static NumberArray? Values(Stream file, long length, int[] shape, string type, int width, ScratchSpace? scratch, Action<string> report)
    {
        var numbers = shape.Aggregate(1L, (product, dimension) => product * dimension);
        if (length != numbers * width)
        {
            report($"has {length} bytes of numbers; its shape ({string.Join(", ", shape)}) of '{type}' needs {numbers * width}.");
            return null;
        }

        using var values = new RowWriter<double>(scratch, numbers);
        var buffer = new byte[width * 8192];
        var reverse = type[0] == '>';
        for (var done = 0L; done < numbers;)
        {
            var count = (int)Math.Min(buffer.Length / width, numbers - done);
            var bytes = buffer.AsSpan(0, count * width);
            file.ReadExactly(bytes);
            for (var i = 0; i < count; i++)
            {
                var one = bytes.Slice(i * width, width);
                if (reverse)
                {
                    one.Reverse();
                }

                values.Add(Number(one, type[1]));
            }

            done += count;
        }

        return new(shape, values.Finish(), type[1] != 'f');
    }

    private static double Number(ReadOnlySpan<byte> bytes, char kind) => (kind, bytes.Length) switch
    {
        ('f', 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ('f', _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ('u' or 'b', 1) => bytes[0],
        ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ('u', _) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        (_, 1) => (sbyte)bytes[0],
        (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (_, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    /// <summary>Bytes of a number of a type such as <c>&lt;f4</c>; null: it is none that is read.</summary>
    private static int? Width(string type) => type switch
    {
        ['<' or '>', 'f', '2' or '4' or '8'] or ['<' or '>', 'i' or 'u', '2' or '4' or '8'] => type[2] - '0',
        ['|', 'i' or 'u' or 'b', '1'] => 1,
        _ => null,
    };

    private static int[]? ShapeOf(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                return null;
            }
        }

        return shape;
    }

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']*)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, ]*)\),? *\}\s*\z")]
    private static partial Regex Header();
}
