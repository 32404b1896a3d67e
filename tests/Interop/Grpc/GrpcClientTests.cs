using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Sheaf.Tests.Interop.Grpc;

/// <summary>The official Grpc.Net.Client against the official Grpc.AspNetCore.Server, both on compat; the server's log must stay clean.</summary>
public sealed class GrpcClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly byte[] Bytes = [0, 255, 128, 10, 13];

    private EchoServer _server = null!;
    private GrpcChannel _channel = null!;
    private Echo.EchoClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await EchoServer.StartAsync(Token);
        _channel = _server.Open();
        _client = new Echo.EchoClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        var problems = await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    [Fact]
    public async Task Unary_EnsureAnswer()
    {
        Assert.Equal("hello", (await _client.SayAsync(new Text { Text_ = "hello" }, cancellationToken: Token)).Text_);
        Assert.Equal("blocking", _client.Say(new Text { Text_ = "blocking" }, cancellationToken: Token).Text_);
    }

    [Fact]
    public async Task Unary_EnsureMetadataBothWaysTextAndBinary()
    {
        var headers = new Metadata { { "X-Text", "plain" }, { "x-bytes-bin", Bytes } };
        using var call = _client.SayAsync(new Text(), headers, cancellationToken: Token);
        await call;
        foreach (var received in new[] { await call.ResponseHeadersAsync, call.GetTrailers() })
        {
            Assert.Equal("plain", received.GetValue("x-text"));
            Assert.Equal(Bytes, received.GetValueBytes("X-Bytes-Bin"));
        }

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_EnsureAllInOrder()
    {
        using var call = _client.Count(new Amount { Count = 1000 }, cancellationToken: Token);
        var seen = new List<int>();
        await foreach (var item in call.ResponseStream.ReadAllAsync(Token))
        {
            seen.Add(item.Count);
        }

        Assert.Equal(Enumerable.Range(0, 1000), seen);
    }

    [Fact]
    public async Task ClientStreaming_EnsureAllCollected()
    {
        using var call = _client.Collect(cancellationToken: Token);
        foreach (var word in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new Text { Text_ = word }, Token);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal("one two three", (await call).Text_);
    }

    [Fact]
    public async Task Duplex_EnsureEachAnsweredBeforeTheNext()
    {
        using var call = _client.Chat(cancellationToken: Token);
        foreach (var word in new[] { "ping", "pong" })
        {
            await call.RequestStream.WriteAsync(new Text { Text_ = word }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(word, call.ResponseStream.Current.Text_);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Deadline_EnsureExceededAndSeenByServer()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.HangAsync(new Text(), deadline: deadline, cancellationToken: Token));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await _server.Probe.Cancelled.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task ClientCancels_EnsureServerSeesIt()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = _client.HangAsync(new Text(), cancellationToken: cancel.Token);
        await _server.Probe.Started.Task.WaitAsync(Guard, Token);
        await cancel.CancelAsync();
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await _server.Probe.Cancelled.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task ClientDisposesEndlessStream_EnsureServerSeesIt()
    {
        using (var call = _client.Count(new Amount { Endless = true }, cancellationToken: Token))
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        await _server.Probe.Cancelled.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task ServerCancels_EnsureClientSeesIt()
    {
        var failure = new Failure { Code = (int)StatusCode.Cancelled, Message = "the server gave up" };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.FailAsync(failure, cancellationToken: Token));
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Failure_EnsureStatusWithDetailsArrives()
    {
        var failure = new Failure { Code = (int)StatusCode.FailedPrecondition, Message = "generation 3 is stale \u2713", Violations = { "a", "b" } };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.FailAsync(failure, cancellationToken: Token));
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal(failure.Message, error.Status.Detail);
        Assert.Contains(failure.Message, error.Message, StringComparison.Ordinal);
        var rich = RichStatus.Parser.ParseFrom(error.Trailers.GetValueBytes(EchoService.DetailsKey));
        Assert.Equal(failure.Message, rich.Message);
        Assert.Equal(["a", "b"], rich.Details.Single().Unpack<Violations>().Violations_);
    }

    [Fact]
    public async Task MessageOverTheServersLimit_EnsureResourceExhausted()
    {
        var big = new Text { Data = ByteString.CopyFrom(new byte[EchoServer.ReceiveLimit + 1]) };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.SayAsync(big, cancellationToken: Token));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task MessageOverTheClientsLimit_EnsureResourceExhausted()
    {
        using var narrow = _server.Open(options => options.MaxReceiveMessageSize = 1000);
        var client = new Echo.EchoClient(narrow);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.InflateAsync(new Amount { Size = 1001 }, cancellationToken: Token));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task CompressedMessages_EnsureSameBytesBothWays()
    {
        // The server answers with gzip when the client accepts it, and a repetitive request is sent with gzip here.
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var request = new Text { Text_ = new string('x', 50_000) };
        Assert.Equal(request, await _client.SayAsync(request, headers, cancellationToken: Token));
    }

    [Fact]
    public async Task Interceptors_EnsureFirstSeesTheCallFirst()
    {
        var order = new List<string>();
        var invoker = _channel.Intercept(new Recorder("first", order), new Recorder("second", order)).Intercept(headers =>
        {
            headers.Add("x-text", "intercepted");
            return headers;
        });
        using var call = new Echo.EchoClient(invoker).SayAsync(new Text(), cancellationToken: Token);
        Assert.Equal("intercepted", (await call.ResponseHeadersAsync).GetValue("x-text"));
        Assert.Equal(["first", "second"], order);
    }

    private sealed class Recorder(string name, List<string> order) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name);
            return continuation(request, context);
        }
    }
}
