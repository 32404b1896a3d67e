using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.CodeGeneration;
using Orleans.Configuration;
using Orleans.Runtime.Links;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Wire;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>The sending end of a link, against an endpoint that the test holds.</summary>
public sealed class SiloLinkTests
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task FramesForASiloThatDoesNotListen_AreUndeliverable()
    {
        using var socket = Bound();
        var receiver = new Receiver();
        using var link = Open(socket, receiver, maxMessage: 1024);

        link.Send(NewFrame(100));

        Assert.Contains("there is no connection to it", await receiver.Reasons.ReadAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task QueueOfASiloThatDoesNotRead_IsBounded()
    {
        // It accepts connections, and answers nothing.
        using var socket = Bound();
        socket.Listen();
        var receiver = new Receiver();
        using var link = Open(socket, receiver, maxMessage: 1000);

        for (var i = 0; i < 5; i++)
        {
            link.Send(NewFrame(600));
        }

        // Twice the largest message: three of these fit.
        Assert.Contains("more than 2000 bytes wait", await receiver.Reasons.ReadAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("more than 2000 bytes wait", await receiver.Reasons.ReadAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(receiver.Reasons.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ClosedLink_GivesBackWhatWaits_AndTakesNothingMore()
    {
        using var socket = Bound();
        socket.Listen();
        var receiver = new Receiver();
        using var link = Open(socket, receiver, maxMessage: 1000);
        link.Send(NewFrame(100));

        link.Dispose();
        link.Send(NewFrame(100));

        Assert.Equal("the link to it is closed", await receiver.Reasons.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("the link to it is closed", await receiver.Reasons.ReadAsync(TestContext.Current.CancellationToken));
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static SiloLink Open(Socket socket, ILinkReceiver receiver, int maxMessage)
    {
        var target = SiloAddress.New((IPEndPoint)socket.LocalEndPoint!, 1);
        return new SiloLink(new Handshake("cluster", "service", target, target), receiver, new SiloMessagingOptions { MaxMessageBodySize = maxMessage }, TimeProvider.System, NullLogger.Instance);
    }

    private static Frame NewFrame(int size)
    {
        var message = new Message { TargetGrain = GrainId.Create("grain", "key"), InterfaceType = default, Request = null!, Options = InvokeMethodOptions.None };
        return Frame.Create(FrameKind.Request, size, static (writer, length) => writer.Reserve(length - Frame.HeaderLength).Clear(), message);
    }

    private sealed class Receiver : ILinkReceiver
    {
        private readonly System.Threading.Channels.Channel<string> _reasons = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public System.Threading.Channels.ChannelReader<string> Reasons => _reasons.Reader;

        public void Receive(SiloAddress from, FrameKind kind, WireReader reader)
        {
        }

        public void Undeliverable(Message request, string reason, Exception? exception) => _reasons.Writer.TryWrite(reason);
    }
}
