using System.Buffers;
using System.Buffers.Binary;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Links;

/// <summary>
/// What goes over a link: four bytes of length (of what follows), the kind, the contents. It owns a buffer of the shared pool until <see cref="Release"/>.
/// </summary>
/// <param name="Request">Answered with a rejection when the frame cannot be sent.</param>
internal readonly record struct Frame(ArraySegment<byte> Bytes, Message? Request)
{
    public const int HeaderLength = 5;

    /// <summary>Writes a frame into a buffer that is handed over without a copy. Whatever the contents throw is thrown.</summary>
    public static Frame Create<TState>(FrameKind kind, TState state, Action<WireWriter, TState> write, Message? request = null)
    {
        var writer = WireWriter.Rent(WireMode.Bytes);
        try
        {
            writer.Reserve(sizeof(int));
            writer.WriteByte((byte)kind);
            write(writer, state);
            var bytes = writer.Detach();
            BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Count - sizeof(int));
            return new Frame(bytes, request);
        }
        finally
        {
            WireWriter.Return(writer);
        }
    }

    public void Release() => ArrayPool<byte>.Shared.Return(Bytes.Array!);
}
