using System.Net.Sockets;
using System.Threading.Channels;

namespace Orleans.Runtime.Probes;

/// <summary>
/// The listening side: looks at the first byte of each connection, answers those that probe, and hands the others on to the HTTP server. Used by the
/// prober's thread only; the channel is thread-safe.
/// </summary>
internal sealed class ProbeServer(SiloSocket listener, int generation) : IDisposable
{
    // A connection that has sent nothing yet is nobody's: so many are kept, the oldest is closed for the next.
    private const int MaxSilent = 256;

    private readonly Channel<Socket> _others = Channel.CreateUnbounded<Socket>();
    private readonly List<Socket> _silent = [];
    private readonly Dictionary<Socket, ProbeConnection> _probers = [];
    private readonly byte[] _first = new byte[1];

    /// <summary>Connections that do not begin with a probe.</summary>
    public ChannelReader<Socket> Others => _others.Reader;

    public void AddTo(List<Socket> read)
    {
        read.Add(listener.Socket);
        read.AddRange(_silent);
        read.AddRange(_probers.Keys);
    }

    public void Ready(Socket socket)
    {
        if (ReferenceEquals(socket, listener.Socket))
        {
            Accept();
        }
        else if (_probers.TryGetValue(socket, out var prober))
        {
            if (!prober.TryReceive((_, sequence) => prober.TrySend(generation, sequence)))
            {
                _probers.Remove(socket);
                prober.Dispose();
            }
        }
        else if (_silent.Remove(socket))
        {
            Classify(socket);
        }
    }

    public void Dispose()
    {
        _others.Writer.TryComplete();
        _silent.ForEach(s => s.Dispose());
        foreach (var prober in _probers.Values)
        {
            prober.Dispose();
        }

        while (_others.Reader.TryRead(out var socket))
        {
            socket.Dispose();
        }
    }

    private void Accept()
    {
        Socket socket;
        try
        {
            socket = listener.Socket.Accept();
        }
        catch (SocketException)
        {
            // It has gone again, or there are no descriptors left for it.
            return;
        }

        socket.NoDelay = true;
        _silent.Add(socket);
        if (_silent.Count > MaxSilent)
        {
            _silent[0].Dispose();
            _silent.RemoveAt(0);
        }
    }

    private void Classify(Socket socket)
    {
        var count = socket.Receive(_first, SocketFlags.Peek, out var error);
        if (error != SocketError.Success || count == 0)
        {
            socket.Dispose();
        }
        else if (_first[0] == ProbeFrame.First)
        {
            socket.Blocking = false;
            var prober = new ProbeConnection(socket);
            _probers.Add(socket, prober);
            Ready(socket);
        }
        else if (!_others.Writer.TryWrite(socket))
        {
            socket.Dispose();
        }
    }
}
