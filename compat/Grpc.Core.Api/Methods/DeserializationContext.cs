using System.Buffers;

namespace Grpc.Core;

public abstract class DeserializationContext
{
    /// <summary>In bytes.</summary>
    public abstract int PayloadLength { get; }

    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException($"{GetType()} does not support {nameof(PayloadAsNewBuffer)}.");

    /// <summary>The sequence is valid only until the deserializer returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(PayloadAsNewBuffer());
}
