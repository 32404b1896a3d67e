using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.Wire;

namespace Orleans.Serialization;

/// <summary>
/// Copies by writing and reading back, so that a copy is what another process would have received: members without [Id] are lost, unknown types refused.
/// What is immutable is shared. Thread-safe.
/// </summary>
public sealed class DeepCopier
{
    private readonly CodecFactory _codecs;

    public DeepCopier(CodecProvider codecProvider, CopyContextPool contextPool)
        : this(new CodecFactory([]))
    {
        ArgumentNullException.ThrowIfNull(codecProvider);
        ArgumentNullException.ThrowIfNull(contextPool);
    }

    internal DeepCopier(CodecFactory codecs) => _codecs = codecs;

    internal CodecFactory Codecs => _codecs;

    public T Copy<T>(T value)
    {
        if (value is null)
        {
            return value;
        }

        var codec = _codecs.Field<T>();
        if (codec.IsImmutable || (!typeof(T).IsValueType && _codecs.Contents(value.GetType()).IsImmutable))
        {
            return value;
        }

        var writer = WireWriter.Rent(WireMode.Copy);
        try
        {
            codec.Write(writer, value);
            return codec.Read(writer.Read());
        }
        finally
        {
            WireWriter.Return(writer);
        }
    }
}
