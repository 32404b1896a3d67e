using System.Net.Sockets;

namespace Orleans.Runtime.Probes;

/// <summary>A non-blocking socket that carries probe frames. Used by the prober's thread only.</summary>
internal sealed class ProbeConnection(Socket socket) : IDisposable
{
    private readonly byte[] _received = new byte[ProbeFrame.Length];
    private int _count;

    public Socket Socket { get; } = socket;

    /// <summary>False: the connection is of no more use.</summary>
    public bool TrySend(int generation, long sequence)
    {
        Span<byte> frame = stackalloc byte[ProbeFrame.Length];
        ProbeFrame.Write(frame, generation, sequence);

        // A peer that reads nothing for so long that 16 bytes do not fit is as good as gone.
        return Socket.Send(frame, SocketFlags.None, out var error) == ProbeFrame.Length && error == SocketError.Success;
    }

    /// <summary>Calls <paramref name="received"/> for each whole frame that is there. False: the peer has closed, or does not speak this protocol.</summary>
    public bool TryReceive(Func<int, long, bool> received)
    {
        while (true)
        {
            var count = Socket.Receive(_received.AsSpan(_count), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return true;
            }

            if (error != SocketError.Success || count == 0)
            {
                return false;
            }

            _count += count;
            if (_count == ProbeFrame.Length)
            {
                _count = 0;
                if (!ProbeFrame.TryRead(_received, out var generation, out var sequence) || !received(generation, sequence))
                {
                    return false;
                }
            }
        }
    }

    public void Dispose() => Socket.Dispose();
}
