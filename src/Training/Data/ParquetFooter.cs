using System.Buffers.Binary;

namespace Sheaf.Training.Data;

/// <summary>
/// Whether the footer of a Parquet file is well-formed (Thrift's compact protocol:
/// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
/// The library that reads it takes the sizes that a damaged one says, and may then read for ever.
/// </summary>
internal ref struct ParquetFooter
{
    private const int MostLevels = 64;
    private const int Tail = 8;

    private readonly ReadOnlySpan<byte> _footer;
    private int _at;

    private ParquetFooter(ReadOnlySpan<byte> footer) => _footer = footer;

    /// <summary>What is wrong, in words that follow "cannot be read as Parquet: "; null: nothing.</summary>
    public static string? Problem(ReadOnlySpan<byte> file)
    {
        if (file.Length < Tail + 4 || !file.StartsWith("PAR1"u8) || !file.EndsWith("PAR1"u8))
        {
            return "it does not begin and end with PAR1. Fetch or copy it again, or write it with a library for Parquet.";
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[^Tail..]);
        if (length == 0 || length > file.Length - Tail - 4)
        {
            return $"byte {file.Length - Tail} says that its footer has {length} bytes, and the file has {file.Length}. Fetch or copy it again.";
        }

        var start = file.Length - Tail - (int)length;
        var footer = new ParquetFooter(file.Slice(start, (int)length));
        return footer.Struct(0) ? null : $"its footer is damaged at byte {start + Math.Min(footer._at, (int)length)}. Fetch or copy it again.";
    }

    private bool Struct(int level)
    {
        if (level > MostLevels)
        {
            return false;
        }

        while (Byte() is var header and >= 0)
        {
            if (header == 0)
            {
                return true;
            }

            if ((header >> 4 == 0 && Number() is null) || !Value(header & 0x0F, level, inList: false))
            {
                return false;
            }
        }

        return false;
    }

    private bool Value(int type, int level, bool inList) => type switch
    {
        1 or 2 => !inList || Byte() >= 0,
        3 => Byte() >= 0,
        4 or 5 or 6 => Number() is not null,
        7 => Pass(8),
        8 => Number() is { } length && Pass(length),
        9 or 10 => Items(level),
        11 => Pairs(level),
        12 => Struct(level + 1),
        _ => false,
    };

    private bool Items(int level)
    {
        var header = Byte();
        var count = header >> 4 == 15 ? Number() : (ulong)(header >> 4);

        // An item has at least one byte.
        if (header < 0 || count is not { } items || items > (ulong)(_footer.Length - _at) || level > MostLevels)
        {
            return false;
        }

        for (var left = items; left > 0; left--)
        {
            if (!Value(header & 0x0F, level + 1, inList: true))
            {
                return false;
            }
        }

        return true;
    }

    private bool Pairs(int level)
    {
        if (Number() is not { } pairs || pairs > (ulong)(_footer.Length - _at) || level > MostLevels)
        {
            return false;
        }

        var types = pairs == 0 ? 0 : Byte();
        for (var left = pairs; left > 0; left--)
        {
            if (types < 0 || !Value(types >> 4, level + 1, inList: true) || !Value(types & 0x0F, level + 1, inList: true))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>-1 at the end.</summary>
    private int Byte() => _at < _footer.Length ? _footer[_at++] : -1;

    /// <summary>A number of up to ten bytes of seven bits.</summary>
    private ulong? Number()
    {
        var number = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            if (part < 0)
            {
                return null;
            }

            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        return null;
    }

    private bool Pass(ulong bytes)
    {
        if (bytes > (ulong)(_footer.Length - _at))
        {
            return false;
        }

        _at += (int)bytes;
        return true;
    }
}
