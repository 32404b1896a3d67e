using Grpc.Core;

namespace Sheaf.Api.Services;

/// <summary>The messages that a caller streams. What cannot be read of them is the caller's fault, and is told from what the method throws.</summary>
internal sealed class CallersStream<T>(IAsyncStreamReader<T> inner, ServerCallContext context) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    /// <exception cref="RpcException">Of INVALID_ARGUMENT: what was sent is no message; of another status where the library has a better one.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await inner.MoveNext(cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Internal or StatusCode.Unknown)
        {
            throw Refusal(e.Status.Detail);
        }
        catch (Exception e) when (e is not (RpcException or OperationCanceledException) && !context.CancellationToken.IsCancellationRequested)
        {
            throw Refusal(e.Message);
        }
    }

    private static RpcException Refusal(string why) => new(new(StatusCode.InvalidArgument, $"What was sent is no message of this method: {why}"));
}
