using System.Buffers;
using Orleans.Serialization.Wire;

namespace Orleans.Serialization;

/// <summary>To and from bytes, in the format of <see cref="ObjectCodec{T}"/>; it is not the official wire format. Thread-safe.</summary>
public sealed class Serializer
{
    private readonly CodecFactory _codecs;

    internal Serializer(CodecFactory codecs) => _codecs = codecs;

    public bool CanSerialize<T>() => CanSerialize(typeof(T));

    public bool CanSerialize(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            _codecs.Contents(type);
            return true;
        }
        catch (CodecNotFoundException)
        {
            return false;
        }
    }

    public byte[] SerializeToArray<T>(T value)
    {
        var writer = WireWriter.Rent(WireMode.Bytes);
        try
        {
            _codecs.Field<T>().Write(writer, value);
            return writer.Written.ToArray();
        }
        finally
        {
            WireWriter.Return(writer);
        }
    }

    public void Serialize<T, TBufferWriter>(T value, TBufferWriter destination) where TBufferWriter : IBufferWriter<byte>
    {
        var writer = WireWriter.Rent(WireMode.Bytes);
        try
        {
            _codecs.Field<T>().Write(writer, value);
            destination.Write(writer.Written);
        }
        finally
        {
            WireWriter.Return(writer);
        }
    }

    public T Deserialize<T>(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return _codecs.Field<T>().Read(new WireReader(source, source.Length, WireMode.Bytes));
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) => Deserialize<T>(source.ToArray());
}
