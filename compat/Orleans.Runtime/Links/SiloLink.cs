using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Orleans.Runtime.Links;

/// <summary>
/// The sending end of the link to one silo: one HTTP/2 request whose body never ends. It is opened by the first frame, and again by the next one after it
/// has broken. What is queued when it cannot be opened is undeliverable; what was written when it broke has an unknown outcome. Thread-safe.
/// </summary>
internal sealed class SiloLink : IDisposable
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<Frame> _queue = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopped = new();
    private readonly Handshake _handshake;
    private readonly ILinkReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _maxQueued;
    private long _queued;

    public SiloLink(Handshake handshake, ILinkReceiver receiver, SiloMessagingOptions options, TimeProvider time, ILogger logger)
    {
        _handshake = handshake;
        _receiver = receiver;
        _time = time;
        _logger = logger;
        _maxQueued = 2L * options.MaxMessageBodySize;
        using var flow = ExecutionContext.SuppressFlow();
        _ = Task.Run(RunAsync);
    }

    public SiloAddress Target => _handshake.Target;

    public void Send(Frame frame)
    {
        if (Interlocked.Add(ref _queued, frame.Bytes.Count) > _maxQueued)
        {
            Drop(frame, $"more than {_maxQueued} bytes wait to be sent to it already", null);
        }
        else if (!_queue.Writer.TryWrite(frame))
        {
            Drop(frame, "the link to it is closed", null);
        }
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _stopped.Cancel();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_stopped.Token))
            {
                try
                {
                    await ConnectAndSendAsync();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    _logger.LogError(exception, "The link to {Target} has failed.", Target);
                    DropQueued("the link to it has failed", exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo has been declared dead, or this one ends.
        }

        DropQueued("the link to it is closed", null);
    }

    private async Task ConnectAndSendAsync()
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = s_connectTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // A link that the network has swallowed is opened anew; death is the membership's business.
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        });
        var content = new LinkContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new UriBuilder("http", Target.Endpoint.Address.ToString(), Target.Endpoint.Port, Handshake.Path).Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        _handshake.Write((name, value) => request.Headers.TryAddWithoutValidation(name, value));
        HttpResponseMessage? response = null;
        try
        {
            try
            {
                using var patience = new CancellationTokenSource(s_connectTimeout, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, broken.Token);
                response = await client.SendAsync(request, both.Token);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    var reason = await response.Content.ReadAsStringAsync(both.Token);
                    _logger.LogWarning("{Target} refuses the link: {Reason}", Target, reason);
                    DropQueued($"it refuses the connection: {reason}", null);
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !_stopped.IsCancellationRequested)
            {
                _logger.LogDebug(exception, "No link to {Target}.", Target);
                DropQueued("there is no connection to it", exception);
                return;
            }

            _logger.LogDebug("The link to {Target} is open.", Target);
            var closed = WatchAsync(response, broken);
            try
            {
                await PumpAsync(await content.Stream, broken.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException || (exception is OperationCanceledException && !_stopped.IsCancellationRequested))
            {
                _logger.LogDebug(exception, "The link to {Target} has broken.", Target);
            }

            await broken.CancelAsync();
            await closed;
        }
        finally
        {
            content.Complete();
            response?.Dispose();
        }
    }

    // The other side sends nothing back: its response ends when the connection does.
    private static async Task WatchAsync(HttpResponseMessage response, CancellationTokenSource broken)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(broken.Token);
            _ = await stream.ReadAsync(new byte[1], broken.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // That is what is waited for.
        }

        await broken.CancelAsync();
    }

    private async Task PumpAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_queue.Reader.TryRead(out var frame))
            {
                try
                {
                    await stream.WriteAsync(frame.Bytes, cancellationToken);
                }
                finally
                {
                    Interlocked.Add(ref _queued, -frame.Bytes.Count);
                    frame.Release();
                }
            }

            await stream.FlushAsync(cancellationToken);
        }
    }

    private void DropQueued(string reason, Exception? exception)
    {
        while (_queue.Reader.TryRead(out var frame))
        {
            Drop(frame, reason, exception);
        }
    }

    private void Drop(Frame frame, string reason, Exception? exception)
    {
        Interlocked.Add(ref _queued, -frame.Bytes.Count);
        frame.Release();
        if (frame.Request is { } request)
        {
            _receiver.Undeliverable(request, reason, exception);
        }
    }
}
