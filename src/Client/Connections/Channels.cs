using Grpc.Net.Client;

namespace Sheaf.Client.Connections;

/// <summary>
/// Connections to silos. The proxy variables of the environment are meant for the web: none of them is heeded here; a proxy is used where the user names one
/// for the server.
/// </summary>
internal static class Channels
{
    private const int LongestAnswer = 64 * 1024 * 1024;

    /// <param name="proxy">An HTTP proxy that lets connections through (CONNECT); null: none. Never used for loopback.</param>
    public static GrpcChannel Open(Uri server, Uri? proxy = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        if (proxy is not null && !server.IsLoopback)
        {
            handler.ConnectCallback = (context, cancellation) => ProxyTunnel.ConnectAsync(proxy, context.DnsEndPoint, cancellation);
        }

        return GrpcChannel.ForAddress(
            server, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = LongestAnswer });
    }
}
