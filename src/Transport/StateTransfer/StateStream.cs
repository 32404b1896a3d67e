using System.IO.Hashing;
using System.Net.Sockets;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.StateTransfer;

/// <summary>
/// The bytes of a state as frames, over a socket that blocks: pieces of bounded length, each with its checksum and place, then an empty frame whose
/// sequence is the XXH3-64 of all of them. Writes or reads, not both; a connection has no length and no place to go back to.
/// </summary>
internal sealed class StateStream(Socket socket, string silo, DataPlaneCounters counters) : Stream
{
    public const int PieceBytes = 256 * 1024;

    private readonly XxHash3 _hash = new();
    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly FrameReader _reader = new(PieceBytes);
    private int _start;
    private int _filled;
    private int _pieces;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, PieceBytes - _filled);
            buffer[..count].CopyTo(_piece.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == PieceBytes)
            {
                SendPiece();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Sends what is left, and the end.</summary>
    public void Finish()
    {
        if (_filled > 0)
        {
            SendPiece();
        }

        var end = new FrameHeader { Type = FrameType.State, Chunk = _pieces, Sequence = unchecked((long)_hash.GetCurrentHashAsUInt64()) };
        Send(socket, end.ToFrame([]), counters);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _filled && !_ended)
        {
            ReceivePiece();
        }

        var count = Math.Min(buffer.Length, _filled - _start);
        _reader.PayloadSpan.Slice(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Throws unless everything was read and the end says so too.</summary>
    public void ExpectEnd()
    {
        Span<byte> one = stackalloc byte[1];
        if (Read(one) > 0)
        {
            throw new StateTransferException(silo, RefusalReason.Length, $"The state from silo {silo} is refused: more bytes came than it announced.");
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public static void Send(Socket socket, ReadOnlySpan<byte> frame, DataPlaneCounters counters)
    {
        counters.MovedState(frame.Length, 0);
        while (!frame.IsEmpty)
        {
            frame = frame[socket.Send(frame)..];
        }
    }

    /// <summary>The next whole frame.</summary>
    /// <exception cref="SocketException">The connection broke, or nothing came within the socket's time-out.</exception>
    public static void Receive(Socket socket, FrameReader reader, DataPlaneCounters counters)
    {
        if (!reader.TryRead(socket))
        {
            throw new SocketException((int)SocketError.TimedOut);
        }

        counters.MovedState(0, FrameHeader.Size + reader.Header.Length);
    }

    private void SendPiece()
    {
        var piece = _piece.AsSpan(0, _filled);
        _hash.Append(piece);
        var header = new FrameHeader { Type = FrameType.State, Chunk = _pieces++ };
        Send(socket, header.ToFrame(piece), counters);
        _filled = 0;
    }

    private void ReceivePiece()
    {
        Receive(socket, _reader, counters);
        var header = _reader.Header;
        if (header.Type == FrameType.Refusal && _pieces == 0)
        {
            var refusal = HandshakeAnswer.Parse(_reader.Payload);
            throw new StateTransferException(silo, refusal.Reason, $"The state cannot be fetched: {refusal.Message} ({refusal.Reason}).");
        }

        if (header.Type != FrameType.State || header.Chunk != _pieces++)
        {
            throw new BadFrameException(RefusalReason.Sequence, $"it is {header.Type} {header.Chunk}; piece {_pieces - 1} of the state comes next");
        }

        _hash.Append(_reader.PayloadSpan);
        (_start, _filled, _ended) = (0, header.Length, header.Length == 0);
        if (_ended && unchecked((ulong)header.Sequence) != _hash.GetCurrentHashAsUInt64())
        {
            throw new BadFrameException(RefusalReason.Checksum, "the whole does not have the checksum that its end announces");
        }
    }
}
