using System.Net;
using System.Net.Sockets;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport;

/// <summary>Accepts; each connection becomes an <see cref="IncomingHandshake"/>.</summary>
internal sealed class Listener : LoopConnection
{
    private readonly ControlLoop _loop;
    private readonly DataPlaneOptions _options;
    private readonly Gatekeeper _gatekeeper;
    private readonly DataPlaneCounters _counters;

    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public Listener(ControlLoop loop, DataPlaneOptions options, Gatekeeper gatekeeper, DataPlaneCounters counters)
    {
        (_loop, _options, _gatekeeper, _counters) = (loop, options, gatekeeper, counters);
        Socket = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            Socket.Bind(options.Listen);
            Socket.Listen(_options.Links.Backlog);
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)Socket!.LocalEndPoint!;

    public override void Ready()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = Socket!.Accept();
            }
            catch (SocketException e)
            {
                // WouldBlock: that was all. A connection that was closed before it was accepted, or no descriptor left: the next one may do.
                if (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
                {
                    continue;
                }

                return;
            }

            (accepted.Blocking, accepted.NoDelay) = (false, true);
            if (_loop.All<IncomingHandshake>().Count() >= _options.Links.MostHandshakes)
            {
                _loop.All<IncomingHandshake>().First().Refuse(
                    RefusalReason.Crowded, $"{_options.Links.MostHandshakes} handshakes are unfinished, and it was the oldest");
            }

            var from = accepted.RemoteEndPoint;
            _loop.Add(new IncomingHandshake(_loop, SecureSocket.ToClient(accepted, _options, _counters), from, _options.Links.HandshakeWithin, _gatekeeper));
        }
    }

    public override void Tick()
    {
    }
}
