namespace Orleans.Serialization.Wire;

internal abstract class Codec<T> : Codec
{
    public override Type Type => typeof(T);

    public abstract void Write(WireWriter writer, T value);

    public abstract T Read(WireReader reader);

    public sealed override void WriteBoxed(WireWriter writer, object? value) => Write(writer, (T)value!);

    public sealed override object? ReadBoxed(WireReader reader) => Read(reader);
}
