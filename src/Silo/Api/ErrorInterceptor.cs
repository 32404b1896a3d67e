using Grpc.Core;
using Grpc.Core.Interceptors;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Api;

/// <summary>Maps what goes wrong behind a method to a status that says whether to repeat the call. Thread-safe.</summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Map(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Map(e, context);
        }
    }

    private RpcException Map(Exception e, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return new(new(StatusCode.Cancelled, "The call was cancelled."));
        }

        switch (e)
        {
            case TimeoutException:
                return new(new(StatusCode.DeadlineExceeded, "The cluster did not answer in time; whether it did what was asked is not known. Repeat the call: it does no harm."));
            case StateStoreException:
                return new(new(StatusCode.Unavailable, e.Message));
            case SiloUnavailableException or OrleansMessageRejectionException or OperationCanceledException:
                return new(new(StatusCode.Unavailable, $"A part of the cluster cannot be reached ({e.Message}); whether it did what was asked is not known. Repeat the call: it does no harm."));
            default:
                log.LogError(e, "{Method} failed.", context.Method);
                return new(new(StatusCode.Internal, $"{e.GetType().Name}: {e.Message}"));
        }
    }
}
