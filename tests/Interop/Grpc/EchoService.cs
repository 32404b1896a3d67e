using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Sheaf.Tests.Interop.Grpc;

public sealed class EchoService(EchoProbe probe) : Echo.EchoBase
{
    /// <summary>A text that makes <see cref="Say"/> throw what no client is meant to see.</summary>
    public const string Fault = "fault";

    public const string DetailsKey = "grpc-status-details-bin";

    public override async Task<Text> Say(Text request, ServerCallContext context)
    {
        if (request.Text_ == Fault)
        {
            throw new InvalidOperationException("a fault of the handler's own");
        }

        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(e => e.Key is "x-text" or "x-bytes-bin"))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(headers);
        return request;
    }

    public override Task<Text> Inflate(Amount request, ServerCallContext context) =>
        Task.FromResult(new Text { Data = ByteString.CopyFrom(new byte[request.Size]) });

    public override async Task Count(Amount request, IServerStreamWriter<Amount> responseStream, ServerCallContext context)
    {
        try
        {
            for (var i = 0; request.Endless || i < request.Count; i++)
            {
                await responseStream.WriteAsync(new Amount { Count = i }, context.CancellationToken);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or OperationCanceledException)
        {
            // When the client cancels, a write fails with InvalidOperationException, sometimes before the token is cancelled. The official server
            // logs that as an error of the handler; an RpcException is no error to it.
            probe.Cancelled.TrySetResult();
            throw new RpcException(new Status(StatusCode.Cancelled, "The client cancelled the stream."));
        }
    }

    public override async Task<Text> Collect(IAsyncStreamReader<Text> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
        {
            texts.Add(message.Text_);
        }

        return new Text { Text_ = string.Join(' ', texts) };
    }

    public override async Task Chat(IAsyncStreamReader<Text> requestStream, IServerStreamWriter<Text> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
        {
            await responseStream.WriteAsync(requestStream.Current);
        }
    }

    public override Task<Text> Fail(Failure request, ServerCallContext context)
    {
        var violations = new Violations();
        violations.Violations_.Add(request.Violations);
        var rich = new RichStatus { Code = request.Code, Message = request.Message };
        rich.Details.Add(Any.Pack(violations));
        throw new RpcException(new Status((StatusCode)request.Code, request.Message), new Metadata { { DetailsKey, rich.ToByteArray() } });
    }

    public override async Task<Text> Hang(Text request, ServerCallContext context)
    {
        using var registration = context.CancellationToken.Register(() => probe.Cancelled.TrySetResult());
        probe.Started.TrySetResult();
        await probe.Cancelled.Task;
        context.CancellationToken.ThrowIfCancellationRequested();
        return request;
    }
}
