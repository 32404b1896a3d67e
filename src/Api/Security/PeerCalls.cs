using System.Collections.Concurrent;
using System.Net.Security;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Net.Http.Headers;
using Sheaf.Api.Options;

namespace Sheaf.Api.Security;

/// <summary>
/// Calls of a server to the API of another server of its cluster, for somebody who calls this one: with that caller's token, so that no server has a right of
/// its own. Thread-safe.
/// </summary>
internal sealed class PeerCalls(ServerFiles files, SecurityOptions options, ApiOptions api, IHttpContextAccessor caller) : IDisposable
{
    private readonly ConcurrentDictionary<string, (GrpcChannel Channel, CallInvoker Calls)> _channels = new(StringComparer.Ordinal);

    public CallInvoker To(string address) => _channels.GetOrAdd(address, Open).Calls;

    /// <summary>
    /// Silos name each other's addresses: the proxy that the environment names for the web is not on the way, and certificates do not name them.
    /// </summary>
    public SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        if (files.ApiAuthorities is { } authorities)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = authorities.ServerOfAnyName };
        }

        return handler;
    }

    /// <summary>Where others could read it on the way, a token is not sent: a server that asks for one says that there was none.</summary>
    public static bool MayHaveTokens(Uri server, SecurityOptions options) => server.Scheme == "https" || server.IsLoopback || options.Insecure;

    public void Dispose()
    {
        foreach (var (channel, _) in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private (GrpcChannel Channel, CallInvoker Calls) Open(string address)
    {
        var channel = GrpcChannel.ForAddress(address, new() { HttpHandler = Handler(), DisposeHttpClient = true, MaxReceiveMessageSize = (int)api.MaxAnswer });
        return (channel, MayHaveTokens(new(address), options) ? channel.Intercept(Forward) : channel.CreateCallInvoker());
    }

    private Metadata Forward(Metadata sent)
    {
        if (caller.HttpContext?.Request.Headers.Authorization is [{ } token])
        {
            sent.Add(HeaderNames.Authorization, token);
        }

        return sent;
    }
}
