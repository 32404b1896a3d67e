namespace Grpc.Core;

/// <summary>One reader at a time; the end is false from <see cref="MoveNext"/>, a failed call an <see cref="RpcException"/>.</summary>
public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    Task<bool> MoveNext(CancellationToken cancellationToken);
}
