using System.Net;
using System.Net.Sockets;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>A listener in the place of another silo's data plane, which a test plays.</summary>
internal sealed class RawSilo : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="listening">False holds the port, and refuses connections until <see cref="Listen"/>.</param>
    public RawSilo(bool listening = true)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (listening)
        {
            Listen();
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public void Listen() => _listener.Listen();

    /// <summary>The next connection, after its hello.</summary>
    public async Task<RawPeer> Accept()
    {
        var peer = new RawPeer(await _listener.AcceptAsync(TestContext.Current.CancellationToken));
        Assert.Equal(FrameType.Hello, (await peer.Receive()).Type);
        return peer;
    }

    public async Task<RawPeer> Welcome()
    {
        var peer = await Accept();
        peer.Send(new HandshakeAnswer(RefusalReason.None, "raw", "").ToFrame());
        return peer;
    }

    public void Dispose() => _listener.Dispose();
}
