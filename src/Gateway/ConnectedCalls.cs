using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Sheaf.Gateway;

/// <summary>
/// Refuses calls while no silo is there to answer them, as a passing failure: a client that looks for a server that answers takes another one. Thread-safe.
/// </summary>
internal sealed class ConnectedCalls(ClusterLink link) : Interceptor
{
    /// <summary>Health and reflection are this process's own.</summary>
    private const string NeedsSilos = "/sheaf.";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Demand(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Demand(context);
        return continuation(request, responseStream, context);
    }

    private void Demand(ServerCallContext context)
    {
        if (link.Obstacle is { } obstacle && context.Method.StartsWith(NeedsSilos, StringComparison.Ordinal))
        {
            throw new RpcException(new(StatusCode.Unavailable, $"This gateway is not ready: {obstacle}. Repeat the call: it does no harm."));
        }
    }
}
