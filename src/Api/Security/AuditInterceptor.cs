using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Sheaf.Api.Security;

/// <summary>Has every call that changes something in the audit log, with how it ended. Around all other interceptors. Thread-safe.</summary>
internal sealed class AuditInterceptor(AuditLog audit) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (CallRoles.Of(context.Method) is not { Changes: true })
        {
            return await continuation(request, context);
        }

        var outcome = StatusCode.Unknown;
        try
        {
            var response = await continuation(request, context);
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
            audit.Write(context.GetHttpContext(), context.Method.TrimStart('/'), ObjectOf(request as IMessage), outcome);
        }
    }

    /// <summary>What the call is about: the experiment, or the silo.</summary>
    public static string ObjectOf(IMessage? request) =>
        (request?.Descriptor.FindFieldByName("experiment_id") ?? request?.Descriptor.FindFieldByName("silo"))?.Accessor.GetValue(request) as string ?? "";
}
