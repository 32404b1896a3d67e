namespace Orleans.Serialization.Wire;

internal sealed class NullableCodec<T>(CodecFactory factory) : Codec<T?> where T : struct
{
    private Codec<T>? _value;

    public override bool IsImmutable => (_value ??= factory.Field<T>()).IsImmutable;

    public override void Write(WireWriter writer, T? value)
    {
        writer.WriteByte(value.HasValue ? (byte)1 : (byte)0);
        if (value.HasValue)
        {
            (_value ??= factory.Field<T>()).Write(writer, value.GetValueOrDefault());
        }
    }

    public override T? Read(WireReader reader) => reader.ReadByte() == 0 ? null : (_value ??= factory.Field<T>()).Read(reader);
}
