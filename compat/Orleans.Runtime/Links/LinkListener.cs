using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Links;

/// <summary>Gives Kestrel the connections that the prober's thread has accepted and that are no probes.</summary>
internal sealed class LinkListener(ChannelReader<Socket> sockets, EndPoint endpoint, ILogger logger) : IConnectionListenerFactory, IConnectionListener
{
    private readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, logger);
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint { get; } = endpoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return _contexts.Create(await sockets.ReadAsync(_unbound.Token));
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await _unbound.CancelAsync();

    public ValueTask DisposeAsync()
    {
        _contexts.Dispose();
        return default;
    }
}
