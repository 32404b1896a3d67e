using System.Net.Sockets;

namespace Sheaf.Transport.Wire;

/// <summary>
/// Reads short frames from a socket that does not block, never a byte beyond the frame: another reader may take over. Bounded by <paramref
/// name="mostPayload"/>.
/// </summary>
internal sealed class FrameReader(int mostPayload)
{
    private readonly byte[] _buffer = new byte[FrameHeader.Size + mostPayload];
    private int _have;
    private int _need = FrameHeader.Size;

    public FrameHeader Header { get; private set; }

    public byte[] Payload => _buffer[FrameHeader.Size.._need];

    /// <summary><see cref="Payload"/> without a copy, until the next read.</summary>
    public ReadOnlySpan<byte> PayloadSpan => _buffer.AsSpan(FrameHeader.Size, _need - FrameHeader.Size);

    /// <summary>True when a whole frame is here: <see cref="Header"/> and <see cref="Payload"/>. False when more must come.</summary>
    /// <exception cref="BadFrameException">What came is no frame of the allowed length, or damaged.</exception>
    /// <exception cref="SocketException">The connection is closed or broken.</exception>
    public bool TryRead(Socket socket)
    {
        if (_have == _need)
        {
            (_have, _need) = (0, FrameHeader.Size);
        }

        while (true)
        {
            while (_have < _need)
            {
                var read = socket.Receive(_buffer, _have, _need - _have, SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                {
                    return false;
                }

                if (error != SocketError.Success || read == 0)
                {
                    throw new SocketException((int)(read == 0 && error == SocketError.Success ? SocketError.ConnectionReset : error));
                }

                _have += read;
            }

            if (_need > FrameHeader.Size || Grow() == FrameHeader.Size)
            {
                return FrameHeader.ChecksumOf(PayloadSpan) == Header.PayloadChecksum
                    ? true
                    : throw new BadFrameException(RefusalReason.Checksum, "its payload does not have the checksum of its header");
            }
        }
    }

    /// <summary>The header is here: how long the frame is.</summary>
    private int Grow()
    {
        Header = FrameHeader.Read(_buffer);
        if (!Header.IsIntact)
        {
            throw new BadFrameException(RefusalReason.Malformed, "it has no header of this format");
        }

        if (Header.Length < 0 || Header.Length > _buffer.Length - FrameHeader.Size)
        {
            throw new BadFrameException(RefusalReason.Length, $"it announces {Header.Length} bytes; {_buffer.Length - FrameHeader.Size} are allowed");
        }

        return _need = FrameHeader.Size + Header.Length;
    }
}
