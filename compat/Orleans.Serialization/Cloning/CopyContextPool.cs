using Orleans.Serialization.Serializers;

namespace Orleans.Serialization.Cloning;

/// <summary>Held by every grain reference; official references reach their copiers through it, ours copy through <see cref="DeepCopier"/>.</summary>
public sealed class CopyContextPool(CodecProvider codecProvider) : IDisposable
{
    internal CodecProvider CodecProvider { get; } = codecProvider;

    public void Dispose()
    {
    }
}
