using System.Collections.Concurrent;
using Orleans.Runtime.Proxies;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Copies results and exceptions for their callers, exceptions always as between processes: what could not be sent to another silo is refused on one silo
/// too, and the caller gets that refusal. Thread-safe.
/// </summary>
internal sealed class ResponseCopier(DeepCopier copier)
{
    private readonly DeepCopier _copier = copier;
    private readonly ConcurrentDictionary<Type, Func<Response, Response>> _copies = new();

    public Response Copy(Message request, Response response)
    {
        // To another silo it goes as bytes, which are a copy.
        if (request.SendingSilo is not null || response is CompletedResponse || (request.Request is IShapedRequest shaped && shaped.GetShape().IsResultImmutable && response.Exception is null))
        {
            return response;
        }

        try
        {
            return response.Exception is { } exception ? Response.FromException(CopyException(exception)) : CopyResult(response);
        }
        catch (Exception failure)
        {
            return Response.FromException(failure);
        }
    }

    private Exception CopyException(Exception exception)
    {
        var copy = _copier.Copy(exception);
        if (copy is InconsistentStateException inconsistent)
        {
            inconsistent.IsSourceActivation = false;
        }

        return copy;
    }

    private Response CopyResult(Response response) => _copies.GetOrAdd(response.GetType(), static (type, self) =>
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Response<>))
        {
            return r => Response.FromResult(self._copier.Copy(r.Result));
        }

        var method = typeof(ResponseCopier).GetMethod(nameof(CopyTyped), System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!;
        return method.MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<Response, Response>>(self);
    }, this)(response);

    private Response CopyTyped<T>(Response response) => Response.FromResult(_copier.Copy(((Response<T>)response).TypedResult!));
}
