namespace Sheaf.Training.Data;

/// <summary>T.81, annex C and F.2.2.3: codes of one length are consecutive numbers.</summary>
internal sealed class JpegCodes
{
    private readonly byte[] _values;
    private readonly int[] _first = new int[17];
    private readonly int[] _places = new int[17];
    private readonly int[] _counts = new int[17];

    public JpegCodes(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        _values = values.ToArray();
        for (var (length, code, place) = (1, 0, 0); length <= 16; length++)
        {
            (_first[length], _places[length], _counts[length]) = (code, place, counts[length - 1]);
            (code, place) = ((code + counts[length - 1]) << 1, place + counts[length - 1]);
        }
    }

    public byte Next(ref JpegBits bits)
    {
        var code = 0;
        for (var length = 1; length <= 16; length++)
        {
            code = (code << 1) | bits.Bit();
            if (code - _first[length] is >= 0 and var place && place < _counts[length])
            {
                return _values[_places[length] + place];
            }
        }

        throw new JpegDamageException($"there is no such code as that before byte {bits.At}");
    }
}
