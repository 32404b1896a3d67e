using System.Runtime.CompilerServices;

namespace Orleans.Serialization.Wire;

/// <summary>Primitives, enums and other values without references, as the bytes they have in memory (little-endian).</summary>
internal sealed class BlittableCodec<T> : Codec<T> where T : unmanaged
{
    public override bool IsImmutable => true;

    public override int Size => Unsafe.SizeOf<T>() is 1 or 2 or 4 or 8 or 16 ? Unsafe.SizeOf<T>() : 0;

    public override void Write(WireWriter writer, T value) => writer.WriteUnmanaged(value);

    public override T Read(WireReader reader) => reader.ReadUnmanaged<T>();
}
