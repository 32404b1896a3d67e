namespace Sheaf.Training.Data;

/// <summary>The bytes of a file, for a library that would read at its end for ever: after a few reads at the end this stream throws.</summary>
internal sealed class EndedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    private const int MostAttempts = 64;

    private int _attempts;

    public override int ReadByte()
    {
        var read = base.ReadByte();
        Seen(read < 0 ? 0 : 1);
        return read;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = base.Read(buffer);
        Seen(buffer.IsEmpty ? 1 : read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        Seen(count == 0 ? 1 : read);
        return read;
    }

    private void Seen(int read)
    {
        _attempts = read > 0 ? 0 : _attempts + 1;
        if (_attempts > MostAttempts)
        {
            throw new EndOfStreamException("It ends before its data do.");
        }
    }
}
