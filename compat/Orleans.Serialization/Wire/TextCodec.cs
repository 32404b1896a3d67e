namespace Orleans.Serialization.Wire;

/// <summary>Immutable types that are written as text.</summary>
internal sealed class TextCodec<T>(Func<T, string> format, Func<string, T> parse) : Codec<T>
{
    public override bool IsImmutable => true;

    public override void Write(WireWriter writer, T value) => writer.WriteString(format(value));

    public override T Read(WireReader reader) => parse(reader.ReadString());
}
