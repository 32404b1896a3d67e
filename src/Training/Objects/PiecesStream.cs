namespace Sheaf.Training.Objects;

/// <summary>Reads a range of pieces of memory as if they were one file, without a copy of it. Not thread-safe.</summary>
public sealed class PiecesStream : Stream
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _pieces;
    private readonly long[] _starts;
    private readonly long _from;
    private long _position;

    /// <param name="from">The first byte.</param>
    /// <param name="length">How many; null: all that follow.</param>
    public PiecesStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long from = 0, long? length = null)
    {
        (_pieces, _from, _starts) = (pieces, from, new long[pieces.Count + 1]);
        for (var i = 0; i < pieces.Count; i++)
        {
            _starts[i + 1] = _starts[i] + pieces[i].Length;
        }

        Length = length ?? _starts[^1] - from;
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + Length, _starts[^1], nameof(length));
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value is >= 0 && value <= Length ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Outside of the stream.");
    }

    public override int Read(Span<byte> buffer)
    {
        var left = (int)Math.Min(buffer.Length, Length - _position);
        if (left <= 0)
        {
            return 0;
        }

        var at = _from + _position;
        var found = Array.BinarySearch(_starts, at);
        var piece = found >= 0 ? found : ~found - 1;

        // Empty pieces begin where the next one does.
        while (_starts[piece + 1] == at)
        {
            piece++;
        }

        var content = _pieces[piece].Span[(int)(at - _starts[piece])..];
        var read = Math.Min(left, content.Length);
        content[..read].CopyTo(buffer);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    });

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
