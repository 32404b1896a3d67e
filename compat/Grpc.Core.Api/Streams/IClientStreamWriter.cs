namespace Grpc.Core;

public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests come; the call goes on until the server ends it.</summary>
    Task CompleteAsync();
}
