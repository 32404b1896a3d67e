using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;
using Orleans.Runtime.Probes;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Links;

/// <summary>
/// The receiving end of the links: an HTTP/2 server of the silo's own. Each other silo keeps one request open whose body is a sequence of frames; HTTP/2's
/// flow control holds a sender back that is faster than this silo reads.
/// </summary>
internal sealed class LinkServer(
    Prober prober, SiloSocket socket, ILinkReceiver receiver, ClusterMembership membership, ILocalSiloDetails silo, IOptions<ClusterOptions> cluster,
    IOptions<SiloMessagingOptions> messaging, IServiceProvider services, ILoggerFactory loggers) : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    // Room for what comes before a body.
    private const int MaxHeader = 1024 * 1024;

    private const int Window = 8 * 1024 * 1024;

    private readonly ILogger _logger = loggers.CreateLogger<LinkServer>();
    private readonly Handshake _mine = new(cluster.Value.ClusterId, cluster.Value.ServiceId, silo.SiloAddress, silo.SiloAddress);
    private KestrelServer? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.Http2.InitialConnectionWindowSize = 2 * Window;
        options.Limits.Http2.InitialStreamWindowSize = Window;
        options.Limits.Http2.MaxFrameSize = 1024 * 1024;
        options.Listen(socket.Endpoint, listen => listen.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(Options.Create(options), new LinkListener(prober.OtherConnections, socket.Endpoint, _logger), loggers);
        await _server.StartAsync(this, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // The links stay open as long as both silos live, so nothing is waited for.
            await _server.StopAsync(new CancellationToken(canceled: true));
            _server.Dispose();
        }
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var body = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        var sender = Handshake.Accept(request.Headers, request.Method, request.Path, _mine, membership.View, out var refusal);
        if (sender is null)
        {
            var peer = context.Get<IHttpConnectionFeature>();
            _logger.LogWarning("A connection from {Address}:{Port} to the silo's endpoint is refused. {Reason}", peer?.RemoteIpAddress, peer?.RemotePort, refusal.Reason);
            response.StatusCode = refusal.Status;
            await body.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(refusal.Reason));
            await body.CompleteAsync();
            return;
        }

        await body.StartAsync();
        await body.Writer.FlushAsync();
        var aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        try
        {
            await ReadAsync(sender, context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader.AsStream(), aborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _logger.LogDebug(exception, "The link from {Sender} has closed.", sender);
        }
    }

    private async Task ReadAsync(SiloAddress sender, Stream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[sizeof(int)];
        while (await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken) == prefix.Length)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (length < 1 || length > messaging.Value.MaxMessageBodySize + MaxHeader)
            {
                _logger.LogError(
                    "{Sender} announces a message of {Length} bytes; allowed are 1 to {Max} (SiloMessagingOptions.MaxMessageBodySize). The link is closed.", sender, length, messaging.Value.MaxMessageBodySize + MaxHeader);
                return;
            }

            // The frame stands where it stood in the sender's buffer: references within a message are positions.
            var total = sizeof(int) + length;
            var buffer = ArrayPool<byte>.Shared.Rent(total);
            try
            {
                await stream.ReadExactlyAsync(buffer.AsMemory(sizeof(int), length), cancellationToken);
                receiver.Receive(sender, (FrameKind)buffer[sizeof(int)], new WireReader(buffer, total, WireMode.Bytes) { Position = Frame.HeaderLength });
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
