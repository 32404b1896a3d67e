using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Sheaf.Api.Security;

/// <summary>Has every call that changes something in the audit log, with how it ended. Around all other interceptors. Thread-safe.</summary>
internal sealed class AuditInterceptor(AuditLog audit) : Interceptor
{
    /// <summary>Under which a call that gets its request in parts says in the context's state what it is about.</summary>
    public const string ObjectKey = "audit object";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Audited(context, () => continuation(request, context), () => ObjectOf(request as IMessage));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Audited(context, () => continuation(requestStream, context), () => context.UserState.TryGetValue(ObjectKey, out var said) ? said as string ?? "" : "");

    private async Task<TResponse> Audited<TResponse>(ServerCallContext context, Func<Task<TResponse>> call, Func<string> about)
    {
        if (CallRoles.Of(context.Method) is not { Changes: true })
        {
            return await call();
        }

        var outcome = StatusCode.Unknown;
        try
        {
            var response = await call();
            outcome = StatusCode.OK;
            return response;
        }
        catch (RpcException e)
        {
            outcome = e.StatusCode;
            throw;
        }
        finally
        {
            audit.Write(context.GetHttpContext(), context.Method.TrimStart('/'), about(), outcome);
        }
    }

    /// <summary>What the call is about: the experiment, or the silo.</summary>
    public static string ObjectOf(IMessage? request) =>
        (request?.Descriptor.FindFieldByName("experiment_id") ?? request?.Descriptor.FindFieldByName("silo"))?.Accessor.GetValue(request) as string ?? "";
}
