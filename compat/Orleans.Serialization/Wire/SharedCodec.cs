namespace Orleans.Serialization.Wire;

/// <summary>A value that its owner promises not to change ([Immutable] on the type, member or parameter): a copy shares it.</summary>
internal sealed class SharedCodec<T>(Codec<T> inner) : Codec<T>
{
    public override bool IsImmutable => true;

    public override void Write(WireWriter writer, T value)
    {
        if (writer.Mode != WireMode.Copy)
        {
            inner.Write(writer, value);
            return;
        }

        writer.WriteByte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            writer.Attach(value);
        }
    }

    public override T Read(WireReader reader)
    {
        if (reader.Mode != WireMode.Copy)
        {
            return inner.Read(reader);
        }

        return reader.ReadByte() == 0 ? default! : (T)reader.ReadAttachment();
    }
}
