namespace Sheaf.Training.Data;

/// <summary>The bits of coded data: a byte FF is followed by 00, which is not among them, or begins a marker.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> file, int at)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _byte;
    private int _left;

    /// <summary>The next byte of the file.</summary>
    public int At { get; private set; } = at;

    public int Bit()
    {
        if (_left == 0)
        {
            _byte = _file[At++];
            if (_byte == 0xFF && _file[At++] is not 0 and var marker)
            {
                throw new JpegDamageException($"the coded data end at byte {At - 2} with the marker {marker:X2}, before the picture does");
            }

            _left = 8;
        }

        return (_byte >> --_left) & 1;
    }

    public void Skip(int bits)
    {
        while (bits-- > 0)
        {
            Bit();
        }
    }

    /// <summary>Where the coded data end: at a marker, or at one of several bytes FF before it.</summary>
    public readonly int End() => _file[At] == 0xFF && _file[At + 1] != 0
        ? At
        : throw new JpegDamageException($"coded data are left over at byte {At}, after the whole picture");

    public void Restart(byte expected)
    {
        At = End();
        while (_file[At] == 0xFF)
        {
            At++;
        }

        if (_file[At++] != expected)
        {
            throw new JpegDamageException($"byte {At - 1} is {_file[At - 1]:X2} in place of the restart marker {expected:X2}");
        }

        _left = 0;
    }
}
