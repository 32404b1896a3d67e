using System.Buffers.Binary;
using System.IO.Hashing;

namespace Sheaf.Training.Data;

/// <summary>Reads on, and keeps the CRC-32 and the length that gzip ends with (RFC 1952).</summary>
internal sealed class SummingStream(Stream inner) : Stream
{
    private readonly Crc32 _sum = new();
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        _sum.Append(buffer[..read]);
        _length += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Whether <paramref name="tail"/>, the last 8 bytes of a gzip file of one member, belongs to what was read.</summary>
    public bool IsEndedBy(ReadOnlySpan<byte> tail) =>
        BinaryPrimitives.ReadUInt32LittleEndian(tail) == _sum.GetCurrentHashAsUInt32() && BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]) == (uint)_length;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
