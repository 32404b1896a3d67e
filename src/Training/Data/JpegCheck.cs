using System.Buffers.Binary;

namespace Sheaf.Training.Data;

/// <summary>
/// Whether a JPEG's coded data are whole (ITU-T T.81). Decoders go on after damage and make up the rest of the picture, with at most a warning that does not
/// come out of the library. So the Huffman codes of a sequential picture are walked through, without its pixels being computed: every code must be in its
/// table, every block have 64 coefficients, every restart marker be in its place, and nothing be left over. Damage to the bits of a coefficient's value alone
/// is not seen by this, nor by any decoder. Progressive and arithmetic-coded pictures are not judged.
/// </summary>
internal ref struct JpegCheck
{
    private const int MostComponents = 4;
    private const int LargestDcSize = 11;
    private const int LargestAcSize = 10;

    private readonly JpegCodes?[] _tables = new JpegCodes?[8];
    private readonly List<(byte Id, int Horizontal, int Vertical)> _components = [];
    private readonly ReadOnlySpan<byte> _file;
    private int _at = 2;
    private int _width;
    private int _height;
    private int _restart;

    private JpegCheck(ReadOnlySpan<byte> file) => _file = file;

    private enum Marker : byte
    {
        BaselineFrame = 0xC0,
        ExtendedFrame = 0xC1,
        HuffmanTables = 0xC4,
        FirstRestart = 0xD0,
        LastRestart = 0xD7,
        End = 0xD9,
        Scan = 0xDA,
        RestartInterval = 0xDD,
        LastFrame = 0xCF,
    }

    /// <summary>Null: it is whole, no JPEG, or of a kind that is not judged. Otherwise what is wrong, in words that follow the file's name.</summary>
    public static string? Problem(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
        {
            return null;
        }

        try
        {
            return new JpegCheck(file).Walk();
        }
        catch (JpegDamageException e)
        {
            return $"is damaged: {e.Message}. Fetch or copy it again.";
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return "is cut short: the picture does not end.";
        }
    }

    private string? Walk()
    {
        while (true)
        {
            var marker = NextMarker();
            if (marker == Marker.End)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_file.Slice(_at, 2));
            var segment = _file.Slice(_at + 2, length - 2);
            _at += length;
            switch (marker)
            {
                case Marker.HuffmanTables:
                    ReadTables(segment);
                    break;
                case Marker.RestartInterval:
                    _restart = BinaryPrimitives.ReadUInt16BigEndian(segment);
                    break;
                case Marker.BaselineFrame or Marker.ExtendedFrame:
                    if (!ReadFrame(segment))
                    {
                        return null;
                    }

                    break;
                case > Marker.ExtendedFrame and <= Marker.LastFrame and not (Marker)0xC8 and not (Marker)0xCC:
                    return null;
                case Marker.Scan:
                    if (!WalkScan(segment))
                    {
                        return null;
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private Marker NextMarker()
    {
        if (_file[_at] != 0xFF)
        {
            throw new JpegDamageException($"byte {_at} is {_file[_at]:X2}, where a marker begins");
        }

        while (_file[_at] == 0xFF)
        {
            _at++;
        }

        return (Marker)_file[_at++];
    }

    private readonly void ReadTables(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            // Class (0: DC, 1: AC) and number.
            var place = ((segment[0] >> 4) * 4) + (segment[0] & 0x0F);
            if (place >= _tables.Length || (segment[0] & 0x0F) > 3)
            {
                throw new JpegDamageException($"there is a Huffman table {segment[0]:X2}, and none of such a number is allowed");
            }

            var counts = segment.Slice(1, 16);
            var values = 0;
            foreach (var count in counts)
            {
                values += count;
            }

            _tables[place] = new(counts, segment.Slice(17, values));
            segment = segment[(17 + values)..];
        }
    }

    /// <summary>False where it is not judged.</summary>
    private bool ReadFrame(ReadOnlySpan<byte> segment)
    {
        (_height, _width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        for (var i = 0; i < segment[5]; i++)
        {
            _components.Add((segment[6 + (3 * i)], segment[7 + (3 * i)] >> 4, segment[7 + (3 * i)] & 0x0F));
        }

        // A height of 0 comes later; 12 bits a sample are decoded by nobody here.
        return segment[0] == 8 && _height > 0 && _width > 0 && _components.Count is > 0 and <= MostComponents
            && _components.TrueForAll(each => each.Horizontal is > 0 and <= 4 && each.Vertical is > 0 and <= 4);
    }

    /// <summary>False where it is not judged: something that it needs is not in the file.</summary>
    private bool WalkScan(ReadOnlySpan<byte> segment)
    {
        var blocks = new List<(JpegCodes Dc, JpegCodes Ac)>();
        var (single, count) = (segment[0] == 1, (int)segment[0]);
        (byte Id, int Horizontal, int Vertical) only = default;
        for (var i = 0; i < count; i++)
        {
            var (id, tables) = (segment[1 + (2 * i)], segment[2 + (2 * i)]);
            var component = _components.Find(each => each.Id == id);
            var (first, second) = (tables >> 4, tables & 0x0F);
            if (component.Horizontal == 0 || first > 3 || second > 3 || _tables[first] is not { } dc || _tables[4 + second] is not { } ac)
            {
                return false;
            }

            only = component;
            for (var block = single ? 1 : component.Horizontal * component.Vertical; block > 0; block--)
            {
                blocks.Add((dc, ac));
            }
        }

        var (across, down) = (_components.Max(each => each.Horizontal), _components.Max(each => each.Vertical));
        var units = single
            ? (long)Parts(Parts(_width * only.Horizontal, across), 8) * Parts(Parts(_height * only.Vertical, down), 8)
            : (long)Parts(_width, 8 * across) * Parts(_height, 8 * down);
        var bits = new JpegBits(_file, _at);
        for (var unit = 0L; unit < units; unit++)
        {
            if (_restart > 0 && unit > 0 && unit % _restart == 0)
            {
                bits.Restart((byte)((byte)Marker.FirstRestart + (((unit / _restart) - 1) % 8)));
            }

            foreach (var (dc, ac) in blocks)
            {
                Block(ref bits, dc, ac);
            }
        }

        _at = bits.End();
        return true;
    }

    private static int Parts(int length, int of) => (length + of - 1) / of;

    private static void Block(ref JpegBits bits, JpegCodes dc, JpegCodes ac)
    {
        bits.Skip(Size(dc.Next(ref bits), LargestDcSize, bits.At));
        for (var coefficient = 1; coefficient < 64; coefficient++)
        {
            var code = ac.Next(ref bits);
            var (zeros, size) = (code >> 4, code & 0x0F);
            if (code == 0)
            {
                return;
            }

            coefficient += zeros;
            if (coefficient > 63 || (size == 0 && zeros != 15))
            {
                throw new JpegDamageException($"a block before byte {bits.At} has more than 64 coefficients");
            }

            bits.Skip(Size(size, LargestAcSize, bits.At));
        }
    }

    private static int Size(int size, int largest, int at) =>
        size <= largest ? size : throw new JpegDamageException($"a coefficient before byte {at} has {size} bits, more than {largest}");
}
