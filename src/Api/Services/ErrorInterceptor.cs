using Grpc.Core;
using Grpc.Core.Interceptors;
using Sheaf.Api.Cluster;
using Sheaf.Api.Options;
using Sheaf.Api.Security;

namespace Sheaf.Api.Services;

/// <summary>Maps what goes wrong behind a method to a status that says whether to repeat the call. Thread-safe.</summary>
internal sealed class ErrorInterceptor(
    ITroubles troubles, IHostApplicationLifetime lifetime, ApiOptions options, TimeProvider time, ILogger<ErrorInterceptor> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (Exception e) when (e is not RpcException)
            {
                if (!IsOfStore(e) || time.GetElapsedTime(began) > options.StoreWithin || context.CancellationToken.IsCancellationRequested)
                {
                    throw Map(e, context);
                }

                // Commands may be repeated, and a store that was away for a moment is most often back.
                await Task.Delay(options.StoreAgain, time, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await troubles.LookAtStore(context.CancellationToken);
            }
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(new CallersStream<TRequest>(requestStream, context), context);
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

    private bool IsOfStore(Exception e) => StoreFailure.IsCauseOf(e) || (troubles.OfStore is not null && e is OrleansException or TimeoutException);

    private RpcException Map(Exception e, ServerCallContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new(new(StatusCode.Unavailable,
                $"This server stops. {Outcome(context)}Repeat the call at another one: it does no harm."));
        }

        if (context.CancellationToken.IsCancellationRequested)
        {
            return new(new(StatusCode.Cancelled, "The call was cancelled."));
        }

        if (IsOfStore(e))
        {
            var why = (troubles.OfStore ?? FailureText.Of(StoreFailure.CauseOf(e) ?? e)).TrimEnd('.');
            return new(new(StatusCode.Unavailable, $"{why}. {Outcome(context)}Repeat the call: it does no harm."));
        }

        switch (e)
        {
            case TimeoutException:
                return new(new(StatusCode.DeadlineExceeded, $"The cluster did not answer in time. {Outcome(context)}Repeat the call: it does no harm."));
            case SiloUnavailableException or OrleansMessageRejectionException or OperationCanceledException or EnumerationAbortedException:
                return new(new(StatusCode.Unavailable,
                    $"A part of the cluster cannot be reached ({FailureText.Of(e)}). {Outcome(context)}Repeat the call: it does no harm."));
            default:
                log.LogError(e, "{Method} failed.", context.Method);
                return new(new(StatusCode.Internal, $"{e.GetType().Name}: {FailureText.Of(e)}"));
        }
    }

    /// <summary>
    /// What is true of every failure behind a method: a command may be several writes, and the answer to a write may be lost after it was stored. A question
    /// has no outcome.
    /// </summary>
    private static string Outcome(ServerCallContext context) =>
        CallRoles.Of(context.Method) is { Changes: false } ? "" : "Whether this was done is not known. ";
}
