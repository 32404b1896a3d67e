using System.Buffers;

namespace Grpc.Core;

/// <summary>A serializer either gives its bytes to <see cref="Complete(byte[])"/>, or writes into the buffer and then calls <see cref="Complete()"/>.</summary>
public abstract class SerializationContext
{
    public virtual void Complete(byte[] payload) => throw Unsupported(nameof(Complete));

    public virtual IBufferWriter<byte> GetBufferWriter() => throw Unsupported(nameof(GetBufferWriter));

    /// <summary>A hint, in bytes, before anything is written; a context may ignore it.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    public virtual void Complete() => throw Unsupported(nameof(Complete));

    private NotSupportedException Unsupported(string member) => new($"{GetType()} does not support {member}.");
}
