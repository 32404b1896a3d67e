using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// One connection to another silo of a generation: reads and writes frames without blocking and without copying, payloads straight to and from where they
/// belong. Used by one thread at a time.
/// </summary>
internal sealed unsafe class PeerChannel : IDisposable
{
    /// <summary>Frames that are written with one call.</summary>
    private const int MostFrames = 8;

    /// <summary>Written or read before the other direction has its turn, as far as whole frames allow.</summary>
    private const int TurnBytes = 512 * 1024;

    private readonly Socket _socket;
    private readonly int _fd;
    private readonly DataPlaneCounters _counters;
    private readonly byte* _memory;
    private readonly FrameHeader* _outHeaders;
    private readonly Posix.Piece* _out;
    private readonly Posix.Piece* _in;
    private FrameHeader _header;
    private int _headBytes;
    private bool _receiving;
    private byte* _payload;
    private byte* _next;
    private int _left;
    private int _outCount;
    private int _outNext;
    private bool _closed;

    public PeerChannel(int member, string silo, Socket socket, DataPlaneCounters counters)
    {
        (Member, Silo, _socket, _counters) = (member, silo, socket, counters);
        socket.Blocking = false;
        _fd = (int)socket.Handle;
        const int Headers = FrameHeader.Size * (MostFrames + 1);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(Headers + (sizeof(Posix.Piece) * ((2 * MostFrames) + 2))), 64);
        _outHeaders = (FrameHeader*)(_memory + FrameHeader.Size);
        _out = (Posix.Piece*)(_memory + Headers);
        _in = _out + (2 * MostFrames);
    }

    public int Member { get; }

    public string Silo { get; }

    public int Descriptor => _fd;

    /// <summary>A frame is here for which there is no room yet.</summary>
    public bool IsHeldBack { get; private set; }

    public bool HasUnsent => _outNext < _outCount;

    /// <summary>Reads what is there and wanted. True when anything came.</summary>
    public bool Receive(PeerCollective collective)
    {
        var moved = false;
        IsHeldBack = false;
        for (var bytes = 0L; bytes < TurnBytes;)
        {
            if (_receiving && _left == 0)
            {
                Finish(collective);
                moved = true;
            }

            if (!_receiving)
            {
                if (!collective.Wants(this))
                {
                    break;
                }

                if (_headBytes == FrameHeader.Size)
                {
                    IsHeldBack = !Begin(collective);
                    if (IsHeldBack)
                    {
                        break;
                    }

                    continue;
                }
            }

            var read = Read();
            if (read == 0)
            {
                break;
            }

            bytes += read;
            moved = true;
        }

        return moved;
    }

    /// <summary>Writes what can be written now. True when anything went.</summary>
    public bool Send(PeerCollective collective)
    {
        var moved = false;
        for (var bytes = 0L; bytes < TurnBytes;)
        {
            if (!HasUnsent && !Fill(collective))
            {
                break;
            }

            var written = Write();
            if (written == 0)
            {
                break;
            }

            bytes += written;
            moved = true;
        }

        return moved;
    }

    /// <summary>
    /// Tells the peer that nothing more comes, where the connection is between two frames and has room: the peer sees the reason instead of a lost connection.
    /// </summary>
    public void SayGoodbye(string reason, long generation)
    {
        if (_closed || HasUnsent)
        {
            return;
        }

        var header = new FrameHeader { Type = FrameType.Goodbye, Generation = generation };
        var text = Encoding.UTF8.GetBytes(reason);
        var frame = header.ToFrame(text.AsSpan(0, Math.Min(text.Length, PeerCollective.MostGoodbyeBytes)));
        fixed (byte* start = frame)
        {
            var piece = new Posix.Piece { Start = start, Length = (nuint)frame.Length };
            _ = Posix.Write(_fd, &piece, 1);
        }

        // Whatever was written of it: nothing can follow.
        _closed = true;
    }

    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private bool Begin(PeerCollective collective)
    {
        _header = *(FrameHeader*)_memory;
        var place = collective.Place(this, _header);
        if (place is null)
        {
            return false;
        }

        _payload = _next = place;
        (_left, _receiving, _headBytes) = (_header.Length, true, 0);
        return true;
    }

    private void Finish(PeerCollective collective)
    {
        _receiving = false;
        if (FrameHeader.ChecksumOf(new(_payload, _header.Length)) != _header.PayloadChecksum)
        {
            throw collective.Refuse(
                this, RefusalReason.Checksum, $"its {_header.Length} bytes do not have the checksum {_header.PayloadChecksum:x16} of their header");
        }

        collective.Came(this, _header);
    }

    /// <summary>The rest of the payload, and the header after it in the same call.</summary>
    private long Read()
    {
        _in[0] = new() { Start = _next, Length = (nuint)_left };
        _in[1] = new() { Start = _memory + _headBytes, Length = (nuint)(FrameHeader.Size - _headBytes) };
        var first = _receiving && _left > 0 ? 0 : 1;
        nint read;
        do
        {
            read = Posix.Read(_fd, _in + first, 2 - first);
        }
        while (read == -Posix.EIntr);
        if (read == -Posix.EAgain)
        {
            return 0;
        }

        if (read <= 0)
        {
            throw Lost(read);
        }

        var ofPayload = first == 0 ? (int)Math.Min(read, _left) : 0;
        _next += ofPayload;
        _left -= ofPayload;
        _headBytes += (int)read - ofPayload;
        _counters.Moved(0, read);
        return read;
    }

    private bool Fill(PeerCollective collective)
    {
        (_outCount, _outNext) = (0, 0);
        var bytes = 0;
        for (var frame = 0; frame < MostFrames && bytes < TurnBytes / 2; frame++)
        {
            var header = _outHeaders + frame;
            if (!collective.Next(this, ref *header, out var payload))
            {
                break;
            }

            _out[_outCount++] = new() { Start = header, Length = FrameHeader.Size };
            if (header->Length > 0)
            {
                _out[_outCount++] = new() { Start = payload, Length = (nuint)header->Length };
            }

            bytes += header->Length;
        }

        return _outCount > 0;
    }

    private long Write()
    {
        nint written;
        do
        {
            written = Posix.Write(_fd, _out + _outNext, _outCount - _outNext);
        }
        while (written == -Posix.EIntr);
        if (written == -Posix.EAgain)
        {
            return 0;
        }

        if (written < 0)
        {
            throw Lost(written);
        }

        for (var rest = (nuint)written; rest > 0;)
        {
            ref var piece = ref _out[_outNext];
            var ofPiece = Math.Min(rest, piece.Length);
            piece.Start = (byte*)piece.Start + ofPiece;
            piece.Length -= ofPiece;
            rest -= ofPiece;
            _outNext += piece.Length == 0 ? 1 : 0;
        }

        _counters.Moved(written, 0);
        return written;
    }

    private PeerLostException Lost(nint result) => new(Silo, result == 0
        ? $"silo {Silo} closed its connection; its process ended, or left in the middle of a frame"
        : $"the connection to silo {Silo} broke: {Marshal.GetPInvokeErrorMessage((int)-result)}");
}
