namespace Grpc.Core;

/// <summary>Opaque: only an implementation of gRPC makes one.</summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken()
    {
    }
}
