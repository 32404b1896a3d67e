using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Sheaf.Client.Trust;

namespace Sheaf.Client.Connections;

/// <summary>
/// Connections to silos. The proxy variables of the environment are meant for the web: none of them is heeded here; a proxy is used where the user names one
/// for the server.
/// </summary>
internal static class Channels
{
    private const int LongestAnswer = 64 * 1024 * 1024;

    /// <param name="proxy">An HTTP proxy that lets connections through (CONNECT); null: none. Never used for loopback.</param>
    /// <param name="token">That every call carries; null: what <paramref name="trust"/> has for the server.</param>
    /// <returns>The channel, which is the caller's to dispose, and the way to call over it.</returns>
    public static (GrpcChannel Channel, CallInvoker Calls) Open(Uri server, Uri? proxy, ServerTrust trust, string? token = null)
    {
        token ??= trust.TokenFor(server);
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        if (proxy is not null && !server.IsLoopback)
        {
            handler.ConnectCallback = (context, cancellation) => ProxyTunnel.ConnectAsync(proxy, context.DnsEndPoint, cancellation);
        }

        if (trust.Policy is { } policy)
        {
            handler.SslOptions = new() { CertificateChainPolicy = policy };
        }

        var channel = GrpcChannel.ForAddress(
            server, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = LongestAnswer });
        return (channel, token is null ? channel.CreateCallInvoker() : channel.Intercept(sent =>
        {
            sent.Add("authorization", $"Bearer {token}");
            return sent;
        }));
    }
}
