using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>One end of a connection that says what a test tells it to say, right or wrong.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly FrameReader _reader = new(Handshake.MostBytes);

    public RawPeer(Socket socket)
    {
        socket.NoDelay = true;
        _socket = socket;
    }

    public static async Task<RawPeer> Dial(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        return new(socket);
    }

    /// <summary>Dials and is welcomed as the first silo of the plan.</summary>
    public static async Task<RawPeer> Enter(PeerPlan plan, IPEndPoint endPoint)
    {
        var peer = await Dial(endPoint);
        peer.Send(HelloOf(plan).ToFrame());
        Assert.Equal(FrameType.Welcome, (await peer.Receive()).Type);
        return peer;
    }

    public static Handshake HelloOf(PeerPlan plan) =>
        new(HandshakePurpose.Exchange, "test", plan.Members[0].Silo, plan.Silo, plan.ExperimentId, plan.Generation, plan.Digest);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    public void Send(FrameHeader header, ReadOnlySpan<float> payload = default) => Send(header.ToFrame(MemoryMarshal.AsBytes(payload)));

    /// <summary>The next frame's header; its payload is in <see cref="Answer"/>.</summary>
    public Task<FrameHeader> Receive() =>
        Task.Run(() => _reader.TryRead(_socket) ? _reader.Header : throw new IOException("timed out"), TestContext.Current.CancellationToken);

    public HandshakeAnswer Answer() => HandshakeAnswer.Parse(_reader.Payload);

    public Handshake Hello() => Handshake.Parse(_reader.Header, _reader.Payload);

    /// <summary>Done when the other side has closed.</summary>
    public Task Closed() => Task.Run(
        () =>
        {
            try
            {
                var rest = new byte[1024];
                while (_socket.Receive(rest) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset: closed with bytes unread.
            }
        },
        TestContext.Current.CancellationToken);

    public void Dispose() => _socket.Dispose();
}
