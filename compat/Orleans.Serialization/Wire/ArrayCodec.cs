using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Serialization.Wire;

internal sealed class ArrayCodec<T>(CodecFactory factory) : Codec<T[]>
{
    private Codec<T>? _element;

    public override bool IsTracked => true;

    public override void Write(WireWriter writer, T[] value)
    {
        _element ??= factory.Field<T>();
        writer.WriteVarUInt((uint)value.Length);
        foreach (var item in value)
        {
            _element.Write(writer, item);
        }
    }

    public override T[] Read(WireReader reader)
    {
        _element ??= factory.Field<T>();
        var array = new T[reader.ReadCount()];
        reader.Track(array);
        for (var i = 0; i < array.Length; i++)
        {
            array[i] = _element.Read(reader);
        }

        return array;
    }
}

/// <summary>Arrays of primitives: one block copy, and none when read from a copy's attachment.</summary>
internal sealed class BlittableArrayCodec<T> : Codec<T[]> where T : unmanaged
{
    public override bool IsTracked => true;

    public override void Write(WireWriter writer, T[] value) => Write(writer, value.AsSpan());

    public override T[] Read(WireReader reader) => ReadArray(reader);

    internal static void Write(WireWriter writer, ReadOnlySpan<T> value)
    {
        if (writer.Mode == WireMode.Copy)
        {
            var copy = GC.AllocateUninitializedArray<T>(value.Length);
            value.CopyTo(copy);
            writer.Attach(copy);
            return;
        }

        writer.WriteVarUInt((uint)value.Length);
        var bytes = MemoryMarshal.AsBytes(value);
        bytes.CopyTo(writer.Reserve(bytes.Length));
    }

    internal static T[] ReadArray(WireReader reader)
    {
        if (reader.Mode == WireMode.Copy)
        {
            return (T[])reader.ReadAttachment();
        }

        var array = GC.AllocateUninitializedArray<T>(reader.ReadCount(Unsafe.SizeOf<T>()));
        reader.Take(array.Length * Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }
}

internal sealed class BlittableMemoryCodec<T> : Codec<Memory<T>> where T : unmanaged
{
    public override void Write(WireWriter writer, Memory<T> value) => BlittableArrayCodec<T>.Write(writer, value.Span);

    public override Memory<T> Read(WireReader reader) => BlittableArrayCodec<T>.ReadArray(reader);
}

internal sealed class BlittableReadOnlyMemoryCodec<T> : Codec<ReadOnlyMemory<T>> where T : unmanaged
{
    public override void Write(WireWriter writer, ReadOnlyMemory<T> value) => BlittableArrayCodec<T>.Write(writer, value.Span);

    public override ReadOnlyMemory<T> Read(WireReader reader) => BlittableArrayCodec<T>.ReadArray(reader);
}
